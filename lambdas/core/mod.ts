/**
 * The path of a webhook, independent of any host: verify, dedupe, enqueue, process.
 *
 * @module
 */

export {
  createVerifier,
  type SentDelivery,
  type TypedEvent,
  type Verification,
  type Verifier,
  type VerifierOptions,
} from "./create-verifier.ts";
export { type Deadline, deadlineFor } from "./deadline.ts";
export type { VerifiedDelivery } from "./delivery.ts";
export { eventsAt, type ItemPointers } from "./events/batched-events.ts";
export { composedId } from "./events/composed-id.ts";
export { type DepositedEvent, fromEnvelope, toEnvelope, type WebhookEvent } from "./events/envelope.ts";
export type { Route } from "./events/event-routes.ts";
export { type EventsOptions, eventsOf } from "./events/identity.ts";
export { type Item, itemsAt } from "./events/json-items.ts";
export { claimAll, enqueueAll, markAll } from "./ingress/accept.ts";
export type { ClaimedEvent, EnqueuedEvent } from "./ingress/claimed-event.ts";
export type { ClaimOptions } from "./ingress/dedupe.ts";
export type { DedupeStore, IngressRecord } from "./ingress/dedupe-store.ts";
export type { EnqueueOptions } from "./ingress/enqueue.ts";
export type { EventQueue, SendResult } from "./ingress/event-queue.ts";
export { admit } from "./ingress/find-source.ts";
export type { From } from "./ingress/take-request.ts";
export type { Log, LogEntry } from "./log.ts";
export { createMemoryProcessing } from "./memory-processing.ts";
export type { OneSource, OneSourceReceiverOptions, Secret } from "./one-source.ts";
export { answer, type EventOutcome, type Outcome, type Refusal, type Unavailable } from "./outcome.ts";
export type { Handler, Handlers } from "./processing/handlers.ts";
export type { InlineOptions } from "./processing/inline.ts";
export { processBatch } from "./processing/process.ts";
export type { ProcessOptions, QueuedEvent } from "./processing/process-options.ts";
export type { FailedRun, ProcessingStore } from "./processing/processing-store.ts";
export { type Attempt, PermanentError, type Processor, processor, type RunLog } from "./processing/processor.ts";
export type { Grant, ProcessorOptions, ResolvedOptions } from "./processing/processor-options.ts";
export type { SchemaResult, StandardSchema } from "./processing/schema.ts";
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
  type ReadDelivery,
  type SampleSecret,
  type Scheme,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "./provider.ts";
export { createReceiver, receive } from "./receiver.ts";
export type { InlineReceiverOptions, ReceiverOptions } from "./receiver-options.ts";
export type { AdmitOptions, AdmittedDelivery, Source, Sources } from "./source.ts";
export { MalformedSecretError } from "./verify/malformed-secret.ts";
export { sign } from "./verify/sign.ts";
export { verify } from "./verify/verify.ts";
export { verifyAdmitted } from "./verify/verify-delivery.ts";
