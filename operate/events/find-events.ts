import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { type ArchiveBucket, type ArchiveEntry, hourMilliseconds } from "./archive-bucket.ts";
import { type ArchivedEvent, type EventFilter, fits } from "./archived-event.ts";
import { createFold } from "./fold.ts";

/** A search of the archive. */
export type Search = EventFilter & {
  /** Received at this time or later, in milliseconds since 1970. */
  readonly since: number;
  /** Received before this time. */
  readonly until: number;
  /** Called after each part with how far the search has come, from 0 to 1. */
  readonly progress?: (part: number) => void;
};

/** More are no faster: reading facts takes the CPU. */
const readsAtOnce = 16;
const hoursAtOnce = 12;

/**
 * The events of a time range, newest first, each once, in groups. Only facts are read, and no more of them are held than those of
 * objects whose times overlap.
 */
export async function* findEvents(archive: ArchiveBucket, search: Search): AsyncGenerator<readonly ArchivedEvent[]> {
  const { progress } = search;
  const { since, until } = await withinArchive(archive, search);
  const isRepeat = createFold();
  const oldest = Math.floor(since / hourMilliseconds) * hourMilliseconds;
  const newest = Math.floor((until - 1) / hourMilliseconds) * hourMilliseconds;
  for (let hour = newest; hour >= oldest; hour -= hoursAtOnce * hourMilliseconds) {
    const hours = Array.from({ length: hoursAtOnce }, (_, before) => hour - before * hourMilliseconds);
    const listed = await mapBounded(
      hours.filter((one) => one >= oldest),
      readsAtOnce,
      (one) => archive.list(one),
    );
    const entries = listed.flat().filter(({ from, to }) => from < until && to > since);
    for await (const { events, left } of inOrder(archive, entries, search)) {
      const fresh = events.filter((event) => !isRepeat(event));
      if (fresh.length > 0) yield fresh;
      const done = (newest - hour) / hourMilliseconds + hours.length * (1 - left);
      progress?.(Math.min(1, done / ((newest - oldest) / hourMilliseconds + 1)));
    }
  }
}

/** A day's hours are listed sooner than the oldest is looked for. */
const shortMilliseconds = 36 * hourMilliseconds;

/** The part of a time range that the archive can have: somebody may ask from 1970 to 2100. */
export async function withinArchive(
  archive: Pick<ArchiveBucket, "oldest">,
  { since, until: given }: Pick<Search, "since" | "until">,
): Promise<Pick<Search, "since" | "until">> {
  // A clock of another machine may be ahead.
  const until = Math.min(given, Date.now() + hourMilliseconds);
  return { since: until - since < shortMilliseconds ? since : Math.max(since, await archive.oldest()), until };
}

/** The wanted events of objects, newest first: one is given once no object that is left can hold a newer one. */
async function* inOrder(archive: ArchiveBucket, entries: readonly ArchiveEntry[], search: Search) {
  const sorted = entries.toSorted((one, other) => other.to - one.to);
  const rare = search.id ?? search.trace ?? search.tenant;
  const holding = rare === undefined ? "" : JSON.stringify(rare);
  let held: ArchivedEvent[] = [];
  for (let at = 0; at < sorted.length; at += readsAtOnce) {
    const part = sorted.slice(at, at + readsAtOnce);
    const read = await mapBounded(part, readsAtOnce, async (entry) => {
      return (await archive.facts(entry, holding)).filter((event) => isWanted(search, event));
    });
    held = [...held, ...read.flat()].sort(newestFirst);
    const next = new Date(sorted[at + readsAtOnce]?.to ?? 0).toISOString();
    const ready = held.findIndex(({ received }) => received < next);
    const events = held.splice(0, ready < 0 ? held.length : ready);
    yield { events, left: Math.max(0, 1 - (at + readsAtOnce) / sorted.length) };
  }
}

/** Times in ISO 8601 sort as text. */
function newestFirst(one: ArchivedEvent, other: ArchivedEvent): number {
  if (one.received === other.received) return 0;
  return one.received > other.received ? -1 : 1;
}

function isWanted(search: Search, event: ArchivedEvent): boolean {
  const received = Date.parse(event.received);
  return received >= search.since && received < search.until && fits(search, event);
}
