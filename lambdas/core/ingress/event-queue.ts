import type { WebhookEvent } from "../events/envelope.ts";

/** The queues of events. */
export type EventQueue = {
  /**
   * The queue of the archive: it gets a copy of every event, of an ignored one, too. It is no processor's, so that an event
   * that nobody wants stays ignored. Absent: there is no archive.
   */
  readonly archive?: string;
  /**
   * The names of the queues that want the event, one for each of its processors; empty where it has none. `coarseType` is the
   * provider's type, where `type` is finer.
   */
  wants(source: string, type: string | undefined, coarseType?: string): readonly string[];
  /**
   * Sends to one queue; returns a result for each event, in order. When the signal aborts, it returns at once and names the
   * events acknowledged until then.
   */
  send(queue: string, events: readonly WebhookEvent[], signal?: AbortSignal): Promise<readonly SendResult[]>;
};

/** Whether a queue acknowledged a copy of an event. `sent: false` may still have had its effect. */
export type SendResult = { readonly sent: true } | { readonly sent: false; readonly cause: unknown };
