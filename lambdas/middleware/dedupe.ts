import type { MiddlewareObj } from "@middy/core";
import { defined } from "../core/bytes/defined.ts";
import { checkOptions, having, required, type TableOf } from "../core/checks/options.ts";
import { eventsOf } from "../core/events/identity.ts";
import { claimAll, markAll } from "../core/ingress/accept.ts";
import type { ClaimedEvent, EnqueuedEvent } from "../core/ingress/claimed-event.ts";
import type { DedupeStore } from "../core/ingress/dedupe-store.ts";
import type { EventQueue } from "../core/ingress/event-queue.ts";
import type { Outcome } from "../core/outcome.ts";
import { type CommonOptions, commonTable, queueTable } from "../core/receiver-options.ts";
import type { VerifiedEvent } from "./verification.ts";

/** The fields that this middleware adds to the event. */
export type ClaimedDeliveryEvent = VerifiedEvent & { claims: AsyncIterable<readonly ClaimedEvent[]> };

/** The store of records, and the queues that want an event. */
export type DedupeOptions = Pick<CommonOptions, "now" | "log"> & {
  /** Where ingress records are kept. */
  readonly dedupe: DedupeStore;
  /** Says which queues want an event, and whether there is an archive. */
  readonly queue: Pick<EventQueue, "wants" | "archive">;
};

/** The options of `dedupe`. */
export const dedupeTable: TableOf<DedupeOptions> = {
  dedupe: required(queueTable.dedupe),
  queue: required(having("queues", "wants")),
  now: commonTable.now,
  log: commonTable.log,
};

/**
 * Before: `event.claims` claims the events, each by one conditional write, a slice of them when it is asked for, and says
 * which are to be sent. After: asks the handler's result for one slice after another, marks the events that were
 * acknowledged by every queue, and only then makes an outcome of them. Stands behind `verification`; the handler returns
 * slices of claims as `enqueueAll` does.
 *
 * @throws {TypeError} At construction, for an option that is missing, misspelt or of another kind.
 *
 * @example
 * ```ts
 * import { enqueueAll, type ReceiverOptions } from "@hookline/hookline";
 * import { createJsonLog } from "@hookline/hookline/aws";
 * import { type ClaimedDeliveryEvent, dedupe, httpDelivery, verification } from "@hookline/hookline/middleware";
 * import middy from "@middy/core";
 *
 * export function createLambda({ sources, queue, dedupe: store }: ReceiverOptions) {
 *   const log = createJsonLog();
 *   return middy()
 *     .use(httpDelivery({ log }))
 *     .use(verification({ sources, log }))
 *     .use(dedupe({ dedupe: store, queue, log }))
 *     .handler(({ claims, deadline }: ClaimedDeliveryEvent) => enqueueAll(claims, { queue, log, deadline }));
 * }
 * ```
 */
export function dedupe(
  options: DedupeOptions,
): MiddlewareObj<ClaimedDeliveryEvent, Outcome | AsyncIterable<readonly EnqueuedEvent[]>> {
  checkOptions(dedupeTable, options, { doing: "make middleware dedupe" });
  const { dedupe, queue, now = () => new Date(), log } = options;
  return {
    before: async function dedupeBefore({ event }) {
      const { name, source } = event.admitted;
      const { deadline } = event;
      const { provider, liveOnly = false } = source;
      const events = eventsOf(event.verified, { source: name, provider, received: now(), ...defined({ log }) });
      event.claims = claimAll(events, { dedupe, queue, provider, liveOnly, now, log, deadline });
    },
    after: async function dedupeAfter(request) {
      const enqueued = request.response as AsyncIterable<readonly EnqueuedEvent[]>;
      request.response = await markAll(enqueued, { dedupe, log, deadline: request.event.deadline });
    },
  };
}
