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
    const { events } = found;
    const rest = restText(name, found, { most, readMore });
    if (events.length === 0 && !signal.aborted) {
      return { isDone: false, lines: [absentText(name, filter), ...rest] };
    }
    const { isDone, lines } = await use(found);
    return { isDone, lines: [...lines, ...rest] };
  });
}

/** Says that no event fits among the messages that were read. */
export function absentText(name: string, { id, ...filter }: DeadFilter): string {
  const isById = id !== undefined && Object.keys(filter).length === 0;
  return isById ? `no dead event of ${name} has the id ${id} in its DLQ` : `no dead event of ${name} fits in its DLQ`;
}

/** Says that a look at queues has found none. */
export function noneText(where: string, isFiltered: boolean): string {
  return isFiltered
    ? `no dead event in ${where} fits`
    : `no dead events in ${where}; an event that is still retried is not dead yet`;
}

/** Says, where a DLQ has more than was read, why, and how it is read. */
export function restText(
  name: string,
  { read, about }: Pick<DeadEvents, "read" | "about">,
  { most, readMore }: Pick<Acting, "most" | "readMore">,
): readonly string[] {
  if (read >= about) return [];
  const why =
    read >= most ? readMore : "somebody else holds the rest for a moment, or it has gone: look again in a minute";
  return [`${name}  ${read} of about ${about} were read; ${why}`];
}

export function eventsText(count: number): string {
  return count === 1 ? "1 dead event" : `${count} dead events`;
}
