import { isOver } from "../deadline.ts";
import type { WebhookEvent } from "../events/envelope.ts";
import { report } from "../log.ts";
import { type EventOutcome, type Outcome, summary, type Unavailable } from "../outcome.ts";
import type { ClaimedEvent, EnqueuedEvent } from "./claimed-event.ts";
import { type ClaimOptions, claim, mark } from "./dedupe.ts";
import { type EnqueueOptions, enqueue, outcomeOf } from "./enqueue.ts";

/**
 * So many events of a delivery are claimed, sent and marked before the next are created: the memory of a delivery does not grow
 * with their number.
 */
const sliceLength = 1000;

/**
 * Claims the events of a delivery in slices, each on iteration. Rejects where the time for sends is over and events are left;
 * the slices before keep their marks.
 */
export async function* claimAll(
  events: Iterable<WebhookEvent>,
  options: ClaimOptions,
): AsyncGenerator<readonly ClaimedEvent[]> {
  let isFirst = true;
  for (const slice of slicesOf(events)) {
    if (!isFirst && isOver(options.deadline?.send)) throw new Error("The time for sends is over");
    isFirst = false;
    yield await claim(slice, options);
  }
}

/**
 * Sends slices of claimed events, each on iteration. No fault of a queue makes it reject.
 *
 * @example
 * ```ts
 * import { claimAll, type DedupeStore, type EventQueue, enqueueAll, type Log, markAll } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * // A store that forgets: to it every event is new.
 * const dedupe: DedupeStore = {
 *   claim: async () => ({ won: true }),
 *   read: async () => undefined,
 *   mark: async () => {},
 *   reopen: async () => {},
 * };
 * const queue: EventQueue = { wants: () => ["all"], send: async (_, events) => events.map(() => ({ sent: true })) };
 * const log: Log = () => {};
 * const event = {
 *   id: "evt_1",
 *   type: "push",
 *   source: "github",
 *   key: "evt_1",
 *   received: new Date(),
 *   bodyCovered: true,
 *   body: new Uint8Array(),
 * };
 * const claims = claimAll([event], { dedupe, queue, provider: github, now: () => new Date(), log });
 * equal((await markAll(enqueueAll(claims, { queue, log }), { dedupe, log })).kind, "accepted");
 * ```
 */
export async function* enqueueAll(
  claims: AsyncIterable<readonly ClaimedEvent[]>,
  options: EnqueueOptions,
): AsyncGenerator<readonly EnqueuedEvent[]> {
  for await (const slice of claims) yield await enqueue(slice, options);
}

/** Marks one slice after another, and returns the answer once all are done, or none can follow in time. */
export async function markAll(
  enqueued: AsyncIterable<readonly EnqueuedEvent[]>,
  options: Pick<ClaimOptions, "dedupe" | "log" | "deadline">,
): Promise<Outcome> {
  const outcomes: EventOutcome[] = [];
  let failure: Unavailable | undefined;
  let source: string | undefined;
  try {
    for await (const slice of enqueued) {
      source = slice[0]?.event.source;
      await mark(slice, options);
      const outcome = outcomeOf(slice);
      if (outcome.kind === "unavailable") failure ??= outcome;
      else outcomes.push(...outcome.events);
    }
  } catch (cause) {
    if (!isOver(options.deadline?.send)) throw cause;
    report(options.log, { level: "error", step: "enqueue", kind: "no time left", source, events: outcomes.length });
    return failure ?? { kind: "unavailable", reason: "time-up", cause };
  }
  return failure ?? summary(outcomes);
}

function* slicesOf<T>(items: Iterable<T>): Generator<readonly T[]> {
  let slice: T[] = [];
  for (const item of items) {
    slice.push(item);
    if (slice.length < sliceLength) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
