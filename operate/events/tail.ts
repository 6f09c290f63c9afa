import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { type ArchiveBucket, hourMilliseconds } from "./archive-bucket.ts";
import { type ArchivedEvent, type EventFilter, fits } from "./archived-event.ts";
import { createFold } from "./fold.ts";

/**
 * The events of objects that are written from now on, each event once: a group for each look, which may be empty. Objects of this
 * hour and of the one before are looked for: what comes later than that, after an outage, `findEvents` finds.
 *
 * @param options `pause` is awaited between two looks, and `signal` ends it.
 */
export async function* followNew(
  archive: Pick<ArchiveBucket, "list" | "facts">,
  filter: EventFilter,
  { pause, signal }: { readonly pause: () => Promise<void>; readonly signal: AbortSignal },
): AsyncGenerator<readonly ArchivedEvent[]> {
  const isRepeat = createFold();
  let seen: ReadonlySet<string> | undefined;
  while (!signal.aborted) {
    const hour = Math.floor(Date.now() / hourMilliseconds) * hourMilliseconds;
    const entries = (await mapBounded([hour - hourMilliseconds, hour], 2, archive.list)).flat();
    const before: ReadonlySet<string> = seen ?? new Set(entries.map(({ key }) => key));
    const read = await mapBounded(
      entries.filter(({ key }) => !before.has(key)),
      16,
      (entry) => archive.facts(entry),
    );
    const events = read.flat().filter((event) => fits(filter, event) && !isRepeat(event));
    seen = new Set(entries.map(({ key }) => key));
    yield events.sort((one, other) => (one.received < other.received ? -1 : 1));
    await pause();
  }
}
