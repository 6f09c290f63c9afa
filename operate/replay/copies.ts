import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { queuesFor, type Route } from "../../lambdas/core/events/event-routes.ts";
import { processingKey } from "../../lambdas/core/events/identity.ts";
import { recordDays } from "../../lambdas/core/processing/failure.ts";
import { type ArchiveBucket, hourMilliseconds } from "../events/archive-bucket.ts";
import type { ArchivedEvent } from "../events/archived-event.ts";
import { type RecordItem, stateOf } from "../events/event-state.ts";
import { findEvents, withinArchive } from "../events/find-events.ts";
import { readRecords } from "../events/records.ts";
import type { ReplayMode, WantedReplay } from "./replay.ts";
import { ownRoutes } from "./routing.ts";

/** An event for a processor of a replay, and whether it is run there. */
export type PlannedCopy = {
  readonly event: ArchivedEvent;
  readonly to: DeployedEvent;
  readonly decision: Decision;
  /** The runs that its record counted when it was planned. */
  readonly attempts: number;
};

/** `run`, or why a copy is not sent. */
export type Decision = "run" | (typeof leftOut)[number];

/** Why a copy is not sent, as a plan tells it. */
export const leftOut = ["done", "running", "waiting", "queued", "unknown", "test"] as const;

/** The places that a replay reads. */
export type ReplayPlaces = {
  readonly archive: ArchiveBucket;
  readonly dynamoDb: DynamoDBClient;
  readonly table: string;
  /** Every route of the verifier that is live: an `_other` gets only what no other wants. */
  readonly routes: readonly Route[];
  readonly now: () => number;
};

/** The archive is searched from its newest event on, and a replay runs the oldest first: so much time at once is held. */
const sliceMilliseconds = 10 * 60_000;
/** So many hours are listed at once: most of a long range may be empty. */
const hoursAtOnce = 16;

/** The copies of a replay, the oldest event first, in slices of time. */
export async function* copiesOf(wanted: WantedReplay, places: ReplayPlaces): AsyncGenerator<readonly PlannedCopy[]> {
  const range = await withinArchive(places.archive, wanted);
  for await (const { since, until } of slicesOf(range, places.archive)) {
    const found: ArchivedEvent[] = [];
    for await (const events of findEvents(places.archive, { ...wanted.filter, since, until })) found.push(...events);
    if (found.length > 0) yield await planned(found.reverse(), wanted, places);
  }
}

/** The parts of a time range in which the archive has objects, the oldest first. */
async function* slicesOf({ since, until }: Pick<WantedReplay, "since" | "until">, archive: ArchiveBucket) {
  const first = Math.floor(since / hourMilliseconds) * hourMilliseconds;
  for (let from = first; from < until; from += hoursAtOnce * hourMilliseconds) {
    const hours = Array.from({ length: hoursAtOnce }, (_, index) => from + index * hourMilliseconds);
    const listed = await mapBounded(hours, hoursAtOnce, async (hour) => (hour < until ? await archive.list(hour) : []));
    for (const [index, hour] of hours.entries()) {
      for (let at = hour; at < hour + hourMilliseconds; at += sliceMilliseconds) {
        const slice = { since: Math.max(at, since), until: Math.min(at + sliceMilliseconds, until) };
        const isThere = listed[index]?.some((entry) => entry.from < slice.until && entry.to > slice.since);
        if (isThere) yield slice;
      }
    }
  }
}

async function planned(
  found: readonly ArchivedEvent[],
  { to, mode, tests }: WantedReplay,
  { dynamoDb, table, routes, now }: ReplayPlaces,
): Promise<readonly PlannedCopy[]> {
  const copies = found.flatMap((event) =>
    to.filter((one) => wants(one, event, routes)).map((one) => ({ event, to: one })),
  );
  const isTest = ({ livemode }: ArchivedEvent) => livemode === false && !tests;
  const asked = copies.filter(({ event }) => !isTest(event)).map((copy) => recordOf(copy));
  const records = await readRecords(dynamoDb, table, asked);
  return copies.map((copy) => {
    const record = records.get(recordOf(copy));
    const decision = isTest(copy.event) ? "test" : decide(mode, copy, record, now());
    return { ...copy, decision, attempts: Number(record?.n?.N ?? 0) };
  });
}

/** Whether an event is a processor's: by the routes of the verifier that is live, not by those of the event's day. */
function wants(one: DeployedEvent, { source, type, coarseType }: ArchivedEvent, all: readonly Route[]): boolean {
  if (one.source !== source) return false;
  const own = ownRoutes(one, all);
  const isOther = own.some(({ types }) => types.length === 0);
  return queuesFor(isOther ? all : own, source, type, coarseType).includes(one.queue);
}

function recordOf({ event, to }: Pick<PlannedCopy, "event" | "to">): string {
  return `ev#${processingKey(to.name, event)}`;
}

/**
 * Decides about a copy by the event's own record. `missing` sends a copy of what has no record, although one may wait in its
 * queue: one more is harmless, and the first may be lost. `again` leaves that one alone, since it will run anyway.
 */
function decide(
  mode: ReplayMode,
  { event, to }: Pick<PlannedCopy, "event" | "to">,
  record: RecordItem | undefined,
  now: number,
): Decision {
  const received = Date.parse(event.received);
  const { state } = stateOf(record, { processor: to.name, now, received, isSpilled: false, isPaused: false });
  if (state === "running" || state === "waiting") return state;
  if (state === "done") return mode === "again" ? "run" : "done";
  if (state === "dead" || mode === "missing") {
    // Its record may have been there, and said that it is done.
    return state !== "dead" && received + recordDays * 86_400_000 < now ? "unknown" : "run";
  }
  return state === "queued" && event.queues?.includes(to.queue) ? "queued" : "run";
}
