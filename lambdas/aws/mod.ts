/**
 * What the ports of core are on AWS: DynamoDB, SQS, S3, Secrets Manager, and the events of Lambda.
 *
 * @module
 */
export type { CallOptions } from "./calls.ts";
export { type ClaimCheck, createClaimCheck } from "./claim-check.ts";
export { createDedupeTable } from "./dedupe-table.ts";
export { createEventQueues } from "./event-queues.ts";
export { fromHttpEvent, type HttpEvent, type HttpResult, toHttpResult } from "./http-event.ts";
export { createJsonLog, type JsonLogOptions, type Write } from "./json-log.ts";
export { createProcessingTable } from "./processing-table.ts";
export { fromSqsEvent } from "./queued-events.ts";
export { formatSecretValue, parseSecretValue, type SecretValue } from "./secret-value.ts";
export { createSecrets, overlapHoursOf, type SourceSecrets } from "./secrets.ts";
export { allowsOnly, type SourceSettings, sourceOptions } from "./source-settings.ts";
