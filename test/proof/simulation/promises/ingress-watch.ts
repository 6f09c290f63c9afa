import type { IngressRecord } from "../../../../lambdas/core/mod.ts";
import type { Journal } from "./journal.ts";

/** Clocks of two invocations are at most so far apart: no record is too young to be replaced by more than this. */
const skewMilliseconds = 20 * 60_000;

/**
 * Watches the ingress records: none is deleted; none is set back from `enqueued` but by re-opening or after its time;
 * none becomes `enqueued` before every queue that wants its event has had a copy.
 *
 * @param missing The queues that want the event of a key and never had a copy of it.
 */
export function watchIngress(
  records: Map<string, IngressRecord>,
  journal: Journal,
  given: { readonly now: () => number; readonly missing: (key: string) => readonly string[] },
): { readonly expire: (key: string) => void } {
  const set = records.set.bind(records);
  const remove = records.delete.bind(records);
  records.delete = (key) => {
    journal.broken.push(`the ingress record of ${key} was deleted`);
    return remove(key);
  };
  records.set = (key, record) => {
    const held = records.get(key);
    const isOver = held !== undefined && held.expires.getTime() < given.now() + skewMilliseconds;
    // Only re-opening keeps the time of the delivery that made the record.
    const isReopened = record.at.getTime() === held?.at.getTime();
    if (held?.state === "enqueued" && record.state === "received" && !isReopened && !isOver) {
      journal.broken.push(`the ingress record of ${key} was set back to received`);
    }
    if (isReopened && record.state === "received") journal.reopened.add(key);
    if (record.state === "enqueued") {
      for (const queue of given.missing(key)) {
        journal.broken.push(`the ingress record of ${key} says enqueued, and ${queue} never had a copy`);
      }
    }
    return set(key, record);
  };
  return { expire: remove };
}
