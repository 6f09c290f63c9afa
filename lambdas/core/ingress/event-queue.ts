import type { WebhookEvent } from "../events/envelope.ts";

/** Where events go. */
export type EventQueue = {
  /**
   * The names of the queues that want the event: those of its processors. Empty where it has none. `coarseType` is what
   * the provider calls the type, where `type` is finer.
   */
  wants(source: string, type: string | undefined, coarseType?: string): readonly string[];
  /**
   * Sends to one queue; a result for each event, in order. When the signal aborts, it answers at once and says which
   * were acknowledged until then.
   */
  send(queue: string, events: readonly WebhookEvent[], signal?: AbortSignal): Promise<readonly SendResult[]>;
};

/** Whether a queue acknowledged a copy of an event. `sent: false` may still have had its effect. */
export type SendResult = { readonly sent: true } | { readonly sent: false; readonly cause: unknown };
