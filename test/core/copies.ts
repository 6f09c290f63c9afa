import {
  type ProcessOptions,
  type Processor,
  processBatch,
  type QueuedEvent,
  toEnvelope,
  type WebhookEvent,
} from "../../lambdas/core/mod.ts";
import { createLines } from "./lines.ts";
import { createClock, createMemoryDedupe, createMemoryProcessing } from "./memory.ts";

export const event: WebhookEvent = {
  id: "evt_1",
  type: "order.created",
  source: "acme",
  key: "evt_1",
  received: new Date("2026-03-04T05:06:00.000Z"),
  bodyCovered: true,
  body: new TextEncoder().encode('{"amount":5}'),
};

/** The key that the event's record has in the processing store. */
export const key = "acme/order.created#acme#evt_1";

/** A copy on a queue; `retries` records the back-offs that were set. */
export function copyOf(
  of: WebhookEvent | string,
  messageId = "message-1",
  receives = 1,
): QueuedEvent & { readonly retries: number[] } {
  const retries: number[] = [];
  return {
    messageId,
    receives,
    envelope: typeof of === "string" ? of : toEnvelope(of),
    retries,
    async retryIn(seconds) {
      retries.push(seconds);
    },
  };
}

/** A processor's ports, all in memory, 60 s before its deadline. */
export function createTestProcessing() {
  const clock = createClock();
  const store = createMemoryProcessing();
  const dedupe = createMemoryDedupe();
  const { lines, log } = createLines();
  const process = (processor: Processor, batch: readonly QueuedEvent[], more: Partial<ProcessOptions> = {}) =>
    processBatch(batch, {
      processor,
      name: "acme/order.created",
      store,
      reopen: dedupe.reopen,
      deadline: new Date(clock.now().getTime() + 60_000),
      now: clock.now,
      log,
      ...more,
    });
  return { clock, store, dedupe, lines, process };
}
