import type { Log } from "../log.ts";
import type { ProcessingStore } from "./processing-store.ts";
import type { Processor } from "./processor.ts";

/** One copy of an event, as its queue delivered it. */
export type QueuedEvent = {
  /** Identifies this copy to the queue. Never part of a key: a redriven copy has another. */
  readonly messageId: string;
  /** How often the queue has delivered this copy, including this time. */
  readonly receives: number;
  readonly envelope: string;
  /** Has the queue deliver the copy again after so many seconds. */
  retryIn(seconds: number): Promise<void>;
};

/** The options of processing a batch. */
export type ProcessOptions = {
  readonly processor: Processor;
  /** `<source>/<type>`: names the processor in keys, logs and alarms. */
  readonly name: string;
  readonly store: ProcessingStore;
  /** Fetches the body of an event that was too large for the queue. Rejects where it cannot, and the event is retried. */
  readonly collect?: (deposit: string, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
  /** Re-opens the ingress record, so that a resend at the provider is accepted. */
  readonly reopen: (ingressKey: string, expires: Date) => Promise<void>;
  /** When the host will stop this batch. */
  readonly deadline: Date;
  readonly now: () => Date;
  readonly log?: Log;
  /** From 0 to below 1, for the jitter of the back-off. */
  readonly random?: () => number;
};
