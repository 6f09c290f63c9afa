import type { WebhookEvent } from "../events/envelope.ts";

/** An event, what is to be done with it, and the owner of the record that a mark completes. */
export type ClaimedEvent = {
  readonly event: WebhookEvent;
  readonly queues: readonly string[];
  readonly decision: "send" | "duplicate" | "ignored";
  readonly owner: string;
  readonly expires: Date;
};

/** A claimed event after enqueue: `failure` is set where a queue did not acknowledge it. */
export type EnqueuedEvent = ClaimedEvent & { readonly failure?: { readonly cause: unknown } };
