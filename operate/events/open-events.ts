import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { archiveQueue, queueName } from "../../infra/queue-names.ts";
import { spillKey } from "../../lambdas/aws/s3/spill.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { queuesFor } from "../../lambdas/core/events/event-routes.ts";
import { ingressKey, processingKey } from "../../lambdas/core/events/identity.ts";
import { madeOnce } from "../../lambdas/core/made-once.ts";
import { queueUrl } from "../stage/queue-url.ts";
import type { Stage } from "../stage/stage.ts";
import { type ArchiveBucket, createArchiveBucket } from "./archive-bucket.ts";
import type { ArchivedEvent } from "./archived-event.ts";
import { type EventState, foremost, type ProcessorState, type RecordItem, stateOf } from "./event-state.ts";
import { findEvents, type Search } from "./find-events.ts";
import { likelyKeys } from "./likely-keys.ts";
import { readAhead } from "./read-ahead.ts";
import { readRecords } from "./records.ts";

/** An event, and what became of it. */
export type FollowedEvent = {
  readonly event: ArchivedEvent;
  /** The foremost state of its processors. */
  readonly state: EventState;
  /** Those that wanted it when it came, and those whose event files want it now and have a record of it. */
  readonly processors: readonly ProcessorState[];
};

/** The events of a stage. */
export type Events = {
  readonly archive: ArchiveBucket;
  /** Whether the stage archives its events today: `archive: false` of its settings leaves its queue out. */
  isArchiving(): Promise<boolean>;
  /** The events of a time range with their states, newest first, each once. */
  find(search: Search & { readonly state?: EventState }): AsyncGenerator<FollowedEvent>;
  /**
   * The events with an id: straight from their hours where the table's records tell these, else by a search of the range.
   * Several sources may have the same id.
   */
  withId(search: Search & { readonly id: string }): Promise<readonly FollowedEvent[]>;
  /** Events with their states. */
  follow(events: readonly ArchivedEvent[]): Promise<readonly FollowedEvent[]>;
};

/** So many events are followed at once: sixteen calls for their records, where each has one. */
const together = 1600;
/** More of them are a flood: then a spilled event counts as queued. */
const mostSpilled = 10_000;

/** Opens the archive of a stage. @throws {TypeError} Where the stage has none. */
export function openEvents(stage: Stage): Events {
  const { clients, table, bucket, name: place } = stage;
  if (bucket === "") {
    throw new TypeError(
      `Cannot look for events: stage ${place} was deployed before there was an archive; deploy it again`,
    );
  }
  const dynamoDb = clients.of("dynamodb", DynamoDBClient);
  const lambda = clients.of("lambda", LambdaClient);
  const archive = createArchiveBucket(clients.of("s3", S3Client), bucket);
  const read = (keys: Iterable<string>) => readRecords(dynamoDb, table, keys);

  async function follow(events: readonly ArchivedEvent[]): Promise<readonly FollowedEvent[]> {
    const wanted = events.map((event) => processorsOf(stage, event));
    const keysOf = (index: number) => (wanted[index] ?? []).flatMap(({ record }) => record ?? []);
    const records = await read(events.flatMap((_, index) => keysOf(index)));
    // Both are asked once for all, and only where an event may wait.
    const spilled = madeOnce(() => archive.spilled(mostSpilled));
    const paused = madeOnce(() => pausedQueues(lambda));
    const now = Date.now();
    return await Promise.all(
      events.map(async (event, index) => {
        const states: ProcessorState[] = [];
        for (const { processor, queue, record, isNew } of wanted[index] ?? []) {
          const item = record === undefined ? undefined : records.get(record);
          if (isNew && item === undefined) continue;
          const around = { processor, now, received: Date.parse(event.received), isSpilled: false, isPaused: false };
          const first = stateOf(item, around);
          const mayWait = first.state === "queued" || first.state === "waiting";
          const isSpilled = item === undefined && (await spilled()).has(spillKey(queue, event));
          const isPaused = mayWait && (await paused()).has(queueName(place, queue));
          states.push(isSpilled || isPaused ? stateOf(item, { ...around, isSpilled, isPaused }) : first);
        }
        return { event, state: foremost(states), processors: states };
      }),
    );
  }

  return {
    archive,
    isArchiving: async () =>
      (await queueUrl(clients.of("sqs", SQSClient), queueName(place, archiveQueue))) !== undefined,
    follow,
    async *find({ state, ...search }) {
      for await (const events of readAhead(findEvents(archive, search))) {
        for (let at = 0; at < events.length; at += together) {
          for (const one of await follow(events.slice(at, at + together))) {
            if (state === undefined || one.state === state) yield one;
          }
        }
      }
    },
    async withId(search) {
      const hours = hoursIn(await read(likelyKeys(stage, search)));
      const found = new Map<string, ArchivedEvent>();
      const take = (event: ArchivedEvent) => found.set(`${ingressKey(event)} ${event.period ?? ""}`, event);
      for (const time of hours) {
        const around = { ...search, since: time, until: time + 1 };
        for await (const events of findEvents(archive, around)) events.forEach(take);
      }
      if (found.size === 0) for await (const events of findEvents(archive, search)) events.forEach(take);
      return await follow([...found.values()]);
    },
  };
}

type Wanting = {
  readonly processor: string;
  readonly queue: string;
  /** The key of its record; a processor that is deployed no more has none that could be known. */
  readonly record: string | undefined;
  /** Its event file wants the event now, and did not when the event came. */
  readonly isNew: boolean;
};

function processorsOf({ events }: Pick<Stage, "events">, event: ArchivedEvent): readonly Wanting[] {
  const { source, type, coarseType } = event;
  const now = queuesFor(events, source, type, coarseType);
  const then = event.queues ?? now;
  return [...new Set([...then, ...now])].map((queue) => {
    const processor = events.find((one) => one.queue === queue)?.name;
    const record = processor === undefined ? undefined : `ev#${processingKey(processor, event)}`;
    return { processor: processor ?? queue, queue, record, isNew: !then.includes(queue) };
  });
}

/** The names of the queues that nothing is taken from. */
export async function pausedQueues(lambda: LambdaClient): Promise<ReadonlySet<string>> {
  const paused = new Set<string>();
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListEventSourceMappingsCommand(defined({ Marker })));
    for (const { State = "", EventSourceArn = "" } of page.EventSourceMappings ?? []) {
      if (State === "Disabled" || State === "Disabling") paused.add(EventSourceArn.split(":").at(-1) ?? "");
    }
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return paused;
}

/** The times at which records say that their events were received, in milliseconds. */
function hoursIn(records: ReadonlyMap<string, RecordItem>): ReadonlySet<number> {
  return new Set(
    [...records].flatMap(([key, { sa, at }]) => {
      // A record of ingress has another time in `at`: that of the first delivery.
      const time = Number((key.startsWith("in#") ? sa : at)?.N ?? 0);
      return time > 0 ? [time] : [];
    }),
  );
}
