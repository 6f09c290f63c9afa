import type { MemoryProcessingRecord } from "../../../core/memory.ts";
import type { Journal } from "./journal.ts";

/** See `ingress-watch.ts`. */
const skewMilliseconds = 20 * 60_000;

/** Watches the processing records: what is done stays done until its time is over, and nobody deletes one. */
export function watchProcessing(
  records: Map<string, MemoryProcessingRecord>,
  journal: Journal,
  now: () => number,
): { readonly expire: (key: string) => void } {
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
    return set(key, record);
  };
  return { expire: remove };
}
