import { fits } from "../events/archived-event.ts";
import { type DeadEvent, explain, type ReadLetter, readLetter } from "./dead-event.ts";
import { type Reading, withDeadLetters } from "./dead-letters.ts";
import type { Pipeline, Place } from "./dlq-place.ts";

/** The dead events that are wanted; all that is given must fit. */
export type DeadFilter = {
  readonly id?: string;
  /** An event type as an event file may name it, also with a `*` at its end. */
  readonly type?: string;
  readonly tenant?: string;
  /** A part of the reason, in any case of letters. */
  readonly reason?: string;
  /** Received since then, in milliseconds since 1970. */
  readonly since?: number;
  /** Received before then. */
  readonly until?: number;
  /** SQS's ids of the letters that are wanted. */
  readonly letters?: ReadonlySet<string>;
};

/** The wanted events of a DLQ, while they are held. */
export type DeadEvents = {
  readonly events: readonly DeadEvent[];
  /** How many letters were looked at, of about how many. */
  readonly read: number;
  readonly about: number;
  /** Removes one for good. */
  remove(event: DeadEvent): Promise<void>;
};

/** Reads a DLQ and explains the wanted events; those that are not removed are given back when `use` ends. */
export async function withDeadEvents<Result>(
  place: Pick<Place, "sqs" | "dynamoDb" | "table" | "waitSeconds">,
  { name, dlq }: Pipeline,
  { reason, ...filter }: DeadFilter,
  reading: Omit<Reading, "waitSeconds">,
  use: (found: DeadEvents) => Promise<Result>,
): Promise<Result> {
  const { sqs, waitSeconds } = place;
  return await withDeadLetters(sqs, dlq, { ...reading, waitSeconds }, async ({ letters, about, remove }) => {
    const read = letters.map(readLetter).filter((one) => isWanted(filter, one));
    const explained = await Promise.all(read.map((one) => explain(one, name, place)));
    const part = reason?.toLowerCase() ?? "";
    const events = explained.filter((event) => inOneLine(event.reason).toLowerCase().includes(part));
    return await use({ events, read: letters.length, about, remove: ({ letter }) => remove(letter) });
  });
}

function isWanted(
  { since, until, letters, ...filter }: Omit<DeadFilter, "reason">,
  { event, id, received, letter }: ReadLetter,
): boolean {
  if (letters !== undefined && !letters.has(letter.MessageId ?? "")) return false;
  const time = received.getTime();
  if ((since !== undefined && !(time >= since)) || (until !== undefined && !(time < until))) return false;
  if (event !== undefined) return fits(filter, event);
  // A letter that cannot be read has an id and a time alone.
  return (filter.id ?? id) === id && filter.type === undefined && filter.tenant === undefined;
}

/** A reason as it is listed: the breaks of its lines are blanks. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Dead events of one processor with the same reason. */
export type ReasonGroup = { readonly reason: string; readonly count: number; readonly oldest: Date };

/** Groups events by their reasons, the largest group first. */
export function byReason(events: readonly DeadEvent[]): readonly ReasonGroup[] {
  return [...Map.groupBy(events, ({ reason }) => inOneLine(reason))]
    .map(([reason, group]) => {
      const times = group.map(({ received }) => received.getTime()).toSorted((one, other) => one - other);
      return { reason, count: group.length, oldest: new Date(times[0] ?? Number.NaN) };
    })
    .toSorted((one, other) => other.count - one.count);
}
