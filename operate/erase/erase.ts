import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { archiveQueue, queueName } from "../../infra/queue-names.ts";
import { type ArchiveFacts, readEnvelope, readFacts, withoutEvents } from "../../lambdas/aws/s3/archive-object.ts";
import { createSpill } from "../../lambdas/aws/s3/spill.ts";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { type DepositedEvent, fromEnvelope, type WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { withDeadEvents } from "../dead-events/dead-events.ts";
import { countOf } from "../dead-events/dead-letters.ts";
import { openPlace } from "../dead-events/dlq-place.ts";
import { createArchiveBucket, UnreadableObjectError } from "../events/archive-bucket.ts";
import { likelyKeys } from "../events/likely-keys.ts";
import { type Listed, listObjects } from "../events/list-objects.ts";
import { covers, type Erasure, isErased, readTombstones, type Tombstones, tombstoneKey } from "../events/tombstones.ts";
import { queueUrl } from "../stage/queue-url.ts";
import type { Stage } from "../stage/stage.ts";
import { tracesEraser } from "./traces.ts";

/** The outcome of an erasure, or of its plan: so many copies and traces, and where a copy may still be. */
export type Erased = {
  /** The ids of the events that were found: logs are looked through by them. */
  readonly ids: readonly string[];
  /** The event types that were found, as `<source>/<type>`. */
  readonly types: readonly string[];
  /** Copies in the archive; an event may have two. */
  readonly archived: number;
  /** Copies that no queue took. */
  readonly spilled: number;
  /** Copies in dead letter queues. */
  readonly dead: number;
  /** Bodies that were too large for a queue. */
  readonly bodies: number;
  /** Records with the text of an error. */
  readonly records: number;
  /** Queues that hold something: SQS does not say what. */
  readonly queues: readonly string[];
  /** Processors whose dead letter queue holds more than was read, and objects that could not be read. */
  readonly unread: readonly string[];
};

/** How an erasure is done. */
type Erasing = {
  /** Events are meant that were received until then, in milliseconds. */
  readonly until: number;
  /** Counts, and erases nothing. */
  readonly dryRun: boolean;
  /** Told how many objects of the archive have been looked at, of how many. */
  readonly progress?: (looked: number, objects: number) => void;
};

type AnyEvent = WebhookEvent | DepositedEvent;

/** The parts that each place's erasure needs. */
type Places = {
  readonly stage: Stage;
  readonly s3: S3Client;
  readonly dryRun: boolean;
  isMeant(event: Pick<AnyEvent, "id" | "source" | "tenant"> & { readonly received: string | Date }): boolean;
  /** Of earlier erasures, too: one ends before an object that is written anew. */
  readonly tombstones: Tombstones;
  eraseTraces(events: readonly AnyEvent[], likely?: readonly string[]): Promise<void>;
  count(place: "archived" | "spilled" | "dead", number: number): void;
};

/** One may hold 6 MB, compressed. */
const objectsAtOnce = 8;
/** The next run reads the rest of a DLQ. */
const mostDead = 10_000;
/** An object that somebody else erases from at the same time is read anew. */
const mostTries = 5;

/**
 * Erases the events of a stage that have an id, or a tenant. The tombstone is first, by which all readers of the archive hide them.
 * The traces of an event are erased before its copies: a run that was ended in between finds it again when it is repeated.
 *
 * @throws {TypeError} Where the stage has no bucket.
 */
export async function erase(stage: Stage, erasure: Erasure, { until, dryRun, progress }: Erasing): Promise<Erased> {
  const { clients, bucket, name } = stage;
  if (bucket === "") {
    throw new TypeError(`Cannot erase: stage ${name} was deployed before there was an archive; deploy it again`);
  }
  const s3 = clients.of("s3", S3Client);
  if (!dryRun) {
    const Body = JSON.stringify({ erased: new Date(until).toISOString() });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: tombstoneKey(erasure, until), Body }));
  }
  const eraseTraces = await tracesEraser(stage, dryRun);
  const copies = { archived: 0, spilled: 0, dead: 0 };
  // A copy of an event has the traces of the others.
  const found = {
    ids: new Set<string>(),
    types: new Set<string>(),
    bodies: new Set<string>(),
    records: new Set<string>(),
  };
  const places: Places = {
    ...{ stage, s3, dryRun, tombstones: await readTombstones(s3, bucket) },
    isMeant: (event) => covers(erasure, event) && new Date(event.received).getTime() <= until,
    async eraseTraces(events, likely) {
      for (const { id, source, type } of events) {
        found.ids.add(id);
        found.types.add(type === undefined ? source : `${source}/${type}`);
      }
      const { bodies, records } = await eraseTraces(events, likely);
      for (const key of bodies) found.bodies.add(key);
      for (const key of records) found.records.add(key);
    },
    count: (place, number) => (copies[place] += number),
  };
  // In the order in which a copy moves on, the queues in between before and after: one that leaves its place is found at the next.
  const spilled = await eraseSpilled(places);
  await eraseRecords(places, erasure);
  const before = await fullQueues(places, erasure);
  const archived = await eraseArchived(places, JSON.stringify(erasure.value), progress);
  const dead = await eraseDead(places, erasure);
  const queues = new Set([...before, ...(await fullQueues(places, erasure))]);
  return {
    ...{
      ids: [...found.ids],
      types: [...found.types],
      ...copies,
      bodies: found.bodies.size,
      records: found.records.size,
    },
    ...{ queues: [...queues], unread: [...spilled, ...archived, ...dead] },
  };
}

/** Returns the objects that could not be read. */
async function eraseArchived(places: Places, holding: string, progress: Erasing["progress"] = () => {}) {
  const { stage, s3, isMeant } = places;
  const archive = createArchiveBucket(s3, stage.bucket);
  const objects: Listed[] = [];
  for await (const object of listObjects(s3, stage.bucket, "archive/")) objects.push(object);
  let looked = 0;
  const unread = await mapBounded(objects, objectsAtOnce, async (object) => {
    try {
      if ((await archive.allFacts(object, holding)).some(isMeant)) await eraseFrom(object.key, places);
      return [];
    } catch (error) {
      if (error instanceof UnreadableObjectError) return [object.key];
      throw error;
    } finally {
      looked += 1;
      progress(looked, objects.length);
    }
  });
  return unread.flat();
}

/** Erases error texts of an event that the archive has no more, where its provider's ids lead to its records. */
async function eraseRecords({ stage, eraseTraces }: Places, { kind, value: id, source }: Erasure): Promise<void> {
  if (kind !== "id") return;
  const keys = likelyKeys(stage, { id, ...defined({ source }) });
  await eraseTraces(
    [],
    [...keys].filter((key) => key.startsWith("ev#")),
  );
}

/** Writes an object of the archive anew, without the events that are meant or were erased before. */
async function eraseFrom(Key: string, places: Places): Promise<void> {
  const { stage, s3, isMeant, tombstones, dryRun, eraseTraces, count } = places;
  const isGone = (event: Parameters<typeof isErased>[1]) => isMeant(event) || isErased(tombstones, event);
  for (let tries = 1; ; tries += 1) {
    const read = await s3.send(new GetObjectCommand({ Bucket: stage.bucket, Key })).catch((error: Error) => {
      if (error.name !== "NoSuchKey") throw error;
    });
    // Its days are over since it was listed.
    if (read === undefined) return;
    const { Body, ETag } = read;
    const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const meant = eventsIn(body, isGone);
    await eraseTraces(meant);
    if (!dryRun) {
      const Body = withoutEvents(body, (facts) => !("raw" in facts) && isGone(facts));
      try {
        await s3.send(new PutObjectCommand({ Bucket: stage.bucket, Key, Body, ...defined({ IfMatch: ETag }) }));
      } catch (error) {
        if ((error as Error).name === "PreconditionFailed" && tries < mostTries) continue;
        throw error;
      }
    }
    return count("archived", meant.length);
  }
}

function eventsIn(object: Uint8Array, isGone: (facts: ArchiveFacts) => boolean): readonly AnyEvent[] {
  return (readFacts(object) ?? []).flatMap((facts) => {
    if ("raw" in facts || !isGone(facts)) return [];
    const [fromEnd, length] = facts.at;
    const from = object.length - fromEnd;
    return fromEnvelope(readEnvelope(object.subarray(from, from + length), facts)) ?? [];
  });
}

/** Returns the objects that could not be read. */
async function eraseSpilled({ stage, s3, isMeant, dryRun, eraseTraces, count }: Places): Promise<readonly string[]> {
  const spill = createSpill(stage.bucket, async () => s3);
  const unread: string[] = [];
  for await (const page of spill.list()) {
    await mapBounded(page, objectsAtOnce, async (spilled) => {
      const event = await spill.read(spilled).catch((error: Error) => {
        // The drain may have brought it to its queue meanwhile.
        if (error.name !== "NoSuchKey") unread.push(spilled.reference);
      });
      if (event === undefined || !isMeant(event)) return;
      await eraseTraces([event]);
      if (!dryRun) await spill.remove(spilled);
      count("spilled", 1);
    });
  }
  return unread;
}

/** Returns the processors whose dead letter queue holds more than was read. */
async function eraseDead({ stage, isMeant, dryRun, eraseTraces, count }: Places, { kind, value, source }: Erasure) {
  const place = openPlace(stage);
  const unread: string[] = [];
  for (const pipeline of await place.pipelines()) {
    if (source !== undefined && !pipeline.name.startsWith(`${source}/`)) continue;
    await withDeadEvents(
      place,
      pipeline,
      { [kind]: value },
      { most: mostDead },
      async ({ events, read, about, remove }) => {
        for (const dead of events) {
          if (dead.event === undefined || !isMeant(dead.event)) continue;
          await eraseTraces([dead.event]);
          if (!dryRun) await remove(dead);
          count("dead", 1);
        }
        if (about > read) unread.push(pipeline.name);
      },
    );
  }
  return unread;
}

/** The queues of events of this source, and the archive's, that are not empty. */
async function fullQueues({ stage }: Places, { source }: Erasure): Promise<readonly string[]> {
  const sqs = stage.clients.of("sqs", SQSClient);
  const ofEvents = stage.events.filter((event) => source === undefined || event.source === source);
  const names = [archiveQueue, ...ofEvents.map(({ queue }) => queue)].map((queue) => queueName(stage.name, queue));
  const full = await mapBounded(names, objectsAtOnce, async (QueueName) => {
    // A stage without an archive has no queue of it.
    const url = await queueUrl(sqs, QueueName);
    return url !== undefined && (await countOf(sqs, url)) > 0 ? [QueueName] : [];
  });
  return full.flat();
}
