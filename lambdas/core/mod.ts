/**
 * The path of a webhook, free of any host: verify, dedupe, enqueue, process.
 *
 * @module
 */
export { type AdmitOptions, type AdmittedDelivery, admit, type Source, type Sources } from "./admit.ts";
export { eventsAt, type ItemPointers } from "./batches.ts";
export { composedId } from "./composed-id.ts";
export { type Deadline, deadlineFor } from "./deadline.ts";
export {
  type ClaimedEvent,
  type ClaimOptions,
  claim,
  type DedupeStore,
  type IngressRecord,
  mark,
} from "./dedupe.ts";
export { type EnqueuedEvent, type EventQueue, enqueue, outcomeOf, type SendResult } from "./enqueue.ts";
export { type DepositedEvent, fromEnvelope, toEnvelope, type WebhookEvent } from "./envelope.ts";
export type { Handler, Handlers } from "./handlers.ts";
export { eventsOf } from "./identity.ts";
export type { InlineOptions } from "./inline.ts";
export { type Item, itemsAt } from "./items.ts";
export type { Log, LogEntry } from "./log.ts";
export { MalformedSecretError } from "./malformed-secret.ts";
export { answer, type EventOutcome, type Outcome, type Refusal, type Unavailable } from "./outcome.ts";
export { type ProcessingStore, type ProcessOptions, processBatch, type QueuedEvent } from "./process.ts";
export {
  type Attempt,
  type Grant,
  PermanentError,
  type Processor,
  type ProcessorOptions,
  processor,
  type RunLog,
} from "./processor.ts";
export {
  type Answer,
  type Delivery,
  defineProvider,
  type EventFields,
  type EventPlaces,
  type Fetch,
  type Field,
  type HandshakeOptions,
  type HeaderValue,
  type KeyForm,
  type Part,
  type Provider,
  type SampleSecret,
  type Scheme,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "./provider.ts";
export { createReceiver, type From, type InlineReceiverOptions, type ReceiverOptions, receive } from "./receiver.ts";
export type { Route } from "./routes.ts";
export type { SchemaResult, StandardSchema } from "./schema.ts";
export { sign } from "./sign.ts";
export { type VerifiedDelivery, verify } from "./verify.ts";
export { verifyAdmitted } from "./verify-admitted.ts";
