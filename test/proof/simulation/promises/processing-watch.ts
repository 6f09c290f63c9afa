import type { MemoryProcessingRecord } from "../../../core/memory.ts";
import type { Journal } from "./journal.ts";

/** See `ingress-watch.ts`. */
const skewMilliseconds = 20 * 60_000;

/**
 * Watches the processing records: what is done stays done until its time is over, and nobody deletes one. `heldSince` says when the
 * lease was taken that lasts at this moment.
 */
export function watchProcessing(
  records: Map<string, MemoryProcessingRecord>,
  journal: Journal,
  now: () => number,
): { readonly expire: (key: string) => void; readonly heldSince: (key: string) => number | undefined } {
  const claimed = new Map<string, number>();
  const set = records.set.bind(records);
  const remove = records.delete.bind(records);
  records.delete = (key) => {
    journal.broken.push(`the processing record of ${key} was deleted`);
    return remove(key);
  };
  records.set = (key, record) => {
    const held = records.get(key);
    const isOver = held !== undefined && held.expires.getTime() < now() + skewMilliseconds;
    if (held?.state === "done" && record.state !== "done" && !isOver) {
      journal.broken.push(`the processing record of ${key} was done and became ${record.state}`);
    }
    if (held?.owner !== record.owner) claimed.set(key, now());
    return set(key, record);
  };
  return {
    expire: remove,
    heldSince(key) {
      const held = records.get(key);
      const isLive = held?.state === "processing" && held.leaseUntil.getTime() > now();
      return isLive ? claimed.get(key) : undefined;
    },
  };
}
