import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { archiveQueue, queueName } from "../../infra/queue-names.ts";
import { createSpill } from "../../lambdas/aws/s3/spill.ts";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { readLetter } from "../dead-events/dead-event.ts";
import { countOf, withDeadLetters } from "../dead-events/dead-letters.ts";
import { openPlace } from "../dead-events/dlq-place.ts";
import { likelyKeys } from "../events/likely-keys.ts";
import { covers, type Erasure, readTombstones, tombstoneKey } from "../events/tombstones.ts";
import { queueUrl } from "../stage/queue-url.ts";
import { RefusedCallError } from "../stage/refused-call.ts";
import type { Stage } from "../stage/stage.ts";
import { eraseArchived } from "./archived.ts";
import type { Places } from "./places.ts";
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

const callsAtOnce = 8;
/** The next run reads the rest of a DLQ. */
const mostDead = 10_000;

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
  const archived = await eraseArchived(places, erasure, progress);
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

/** Erases error texts of an event that the archive has no more, where its provider's ids lead to its records. */
async function eraseRecords({ stage, eraseTraces }: Places, { kind, value: id, source }: Erasure): Promise<void> {
  if (kind !== "id") return;
  const keys = likelyKeys(stage, { id, ...defined({ source }) });
  await eraseTraces(
    [],
    [...keys].filter((key) => key.startsWith("ev#")),
  );
}

/** Returns the objects that could not be read. */
async function eraseSpilled({ stage, s3, isMeant, dryRun, eraseTraces, count }: Places): Promise<readonly string[]> {
  const spill = createSpill(stage.bucket, async () => s3);
  const unread: string[] = [];
  for await (const page of spill.list()) {
    await mapBounded(page, callsAtOnce, async (spilled) => {
      const event = await spill.read(spilled).catch((error: Error) => {
        // The drain may have brought it to its queue meanwhile.
        if (error instanceof RefusedCallError) throw error;
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
async function eraseDead({ stage, isMeant, dryRun, eraseTraces, count }: Places, { source }: Erasure) {
  const { sqs, waitSeconds, pipelines } = openPlace(stage);
  const unread: string[] = [];
  for (const { name, dlq } of await pipelines()) {
    if (source !== undefined && !name.startsWith(`${source}/`)) continue;
    await withDeadLetters(sqs, dlq, { most: mostDead, waitSeconds }, async ({ letters, about, remove }) => {
      for (const letter of letters) {
        const { event } = readLetter(letter);
        if (event === undefined || !isMeant(event)) continue;
        await eraseTraces([event]);
        if (!dryRun) await remove(letter);
        count("dead", 1);
      }
      if (about > letters.length) unread.push(name);
    });
  }
  return unread;
}

/** The queues of events of this source, and the archive's, that are not empty. */
async function fullQueues({ stage }: Places, { source }: Erasure): Promise<readonly string[]> {
  const sqs = stage.clients.of("sqs", SQSClient);
  const ofEvents = stage.events.filter((event) => source === undefined || event.source === source);
  const names = [archiveQueue, ...ofEvents.map(({ queue }) => queue)].map((queue) => queueName(stage.name, queue));
  const full = await mapBounded(names, callsAtOnce, async (QueueName) => {
    // A stage without an archive has no queue of it.
    const url = await queueUrl(sqs, QueueName);
    return url !== undefined && (await countOf(sqs, url)) > 0 ? [QueueName] : [];
  });
  return full.flat();
}
