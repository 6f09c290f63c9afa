import { defined } from "../../../../lambdas/core/bytes/defined.ts";
import type { DeadEvent } from "../../../dead-events/dead-event.ts";
import { type DeadFilter, withDeadEvents } from "../../../dead-events/dead-events.ts";
import { retentionOf } from "../../../dead-events/dead-letters.ts";
import type { Pipeline, Place } from "../../../dead-events/dlq-place.ts";
import { timeIn } from "../list-filter.ts";

/** How the page reads a DLQ: so many of its messages, and how somebody reads more. */
export const reading = { most: 1000, readMore: "npm run dlq takes a higher --most" } as const;

const names = ["id", "type", "tenant", "reason", "since", "until"] as const;

/** The filter as it stands in an address or a form; absent ones select everything. */
type GivenFilter = Readonly<Partial<Record<(typeof names)[number], string>>>;

/** The events that are asked for. */
export type Asked = { readonly pipeline: Pipeline; readonly given: GivenFilter; readonly filter: DeadFilter };

/** The events that fields ask for. @throws {TypeError} Names the field that cannot be. */
export async function askedIn(fields: Readonly<Record<string, string>>, place: Place): Promise<Asked> {
  const { processor = "" } = fields;
  if (processor === "") throw new TypeError("processor takes <source>/<type>, received none");
  const given: GivenFilter = Object.fromEntries(names.flatMap((name) => (fields[name] ? [[name, fields[name]]] : [])));
  const now = Date.now();
  const [since, until] = (["since", "until"] as const).map((name) => {
    const text = given[name];
    return text === undefined ? undefined : timeIn(name, text, now);
  });
  if ((since ?? 0) >= (until ?? Number.POSITIVE_INFINITY)) throw new TypeError("since is a time before until");
  const [pipeline] = await place.pipelines(processor);
  if (pipeline === undefined) throw new TypeError(`Cannot find ${processor}: the stage has no such event file`);
  return { pipeline, given, filter: defined({ ...given, since, until }) };
}

/** The dead events that were found. */
export type Found = {
  /** The oldest first. */
  readonly events: readonly DeadEvent[];
  readonly read: number;
  readonly about: number;
  /** How long the DLQ keeps an event after its send, in milliseconds. */
  readonly keptMilliseconds: number;
};

/** Looks at the events: their letters are back in the DLQ when it returns. */
export async function lookAt({ pipeline, filter }: Asked, place: Place, signal: AbortSignal): Promise<Found> {
  const keptMilliseconds = await retentionOf(place.sqs, pipeline.dlq);
  const { most } = reading;
  return await withDeadEvents(place, pipeline, filter, { most, signal }, async ({ events, read, about }) => {
    return { events: events.toSorted(byReceived), read, about, keptMilliseconds };
  });
}

/** An event whose time is unknown is the last. */
function byReceived(one: DeadEvent, other: DeadEvent): number {
  const [first, second] = [one.received.getTime(), other.received.getTime()];
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  return first - second;
}
