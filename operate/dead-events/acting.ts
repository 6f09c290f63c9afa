import { type DeadEvents, type DeadFilter, withDeadEvents } from "./dead-events.ts";
import type { Pipeline, Place } from "./dlq-place.ts";

/** The dead events that an action is for, and how it runs. */
export type Acting = {
  readonly place: Place;
  readonly filter: DeadFilter;
  /** So many messages of a DLQ are read. */
  readonly most: number;
  /** In words: how somebody reads more of them. */
  readonly readMore: string;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Called after each event. */
  readonly progress: (done: number, of: number) => void;
};

/** The report of an action, a line each, and whether it did all that it is for. */
export type Report = { readonly isDone: boolean; readonly lines: readonly string[] };

/** Reads the events that an action is for, and holds them while `use` runs. Its report says where there is none, or where more may be. */
export async function withWanted(
  pipeline: Pipeline,
  { place, filter, most, signal, readMore }: Acting,
  use: (found: DeadEvents) => Promise<Report>,
): Promise<Report> {
  const { name } = pipeline;
  return await withDeadEvents(place, pipeline, filter, { most, signal }, async (found) => {
    const { events, read, about } = found;
    if (events.length === 0 && !signal.aborted)
      return { isDone: false, lines: [absentText(name, filter, found, readMore)] };
    const { isDone, lines } = await use(found);
    return { isDone, lines: about > read ? [...lines, `${cutText(name, found)}; ${readMore}`] : lines };
  });
}

/** Says that no event fits. */
export function absentText(
  name: string,
  { id, ...filter }: DeadFilter,
  { read, about }: Pick<DeadEvents, "read" | "about">,
  readMore: string,
): string {
  const where = read >= about ? "its DLQ" : `the ${read} messages of its DLQ that were read; ${readMore}`;
  const isById = id !== undefined && Object.keys(filter).length === 0;
  return isById ? `no dead event of ${name} has the id ${id} in ${where}` : `no dead event of ${name} fits in ${where}`;
}

/** Says that a look at queues has found none. */
export function noneText(where: string, isFiltered: boolean): string {
  return isFiltered
    ? `no dead event in ${where} fits`
    : `no dead events in ${where}; an event that is still retried is not dead yet`;
}

/** Says that a DLQ has more than was read. */
export function cutText(name: string, { read, about }: Pick<DeadEvents, "read" | "about">): string {
  return `${name}  ${read} of about ${about} were read`;
}

export function eventsText(count: number): string {
  return count === 1 ? "1 dead event" : `${count} dead events`;
}
