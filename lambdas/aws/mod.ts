/**
 * The ports of core on AWS: DynamoDB, SQS, S3, Secrets Manager, and the events of Lambda.
 *
 * @module
 */
export type { CallOptions } from "./calls.ts";
export { createDedupeTable } from "./dynamodb/dedupe-table.ts";
export { createProcessingTable } from "./dynamodb/processing-table.ts";
export { fromHttpEvent, type HttpEvent, type HttpResult, toHttpResult } from "./http/http-event.ts";
export { createJsonLog, type JsonLogOptions } from "./log/json-log.ts";
export type { Write } from "./log/lines.ts";
export { type ClaimCheck, createClaimCheck } from "./s3/claim-check.ts";
export { formatSecretValue, parseSecretValue, type SecretValue } from "./secrets/secret-value.ts";
export { createSecrets, overlapHoursOf, type SourceSecrets } from "./secrets/secrets.ts";
export { allowsOnly, type SourceSettings, sourceOptions } from "./source-settings.ts";
export { createEventQueues } from "./sqs/event-queues.ts";
export { fromSqsEvent } from "./sqs/queued-events.ts";
