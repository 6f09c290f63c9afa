import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { archivePrefix, hourOf, hourPrefix, readEnvelope, readFacts } from "../../lambdas/aws/s3/archive-object.ts";
import { spillPrefix } from "../../lambdas/aws/s3/spill.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import type { ArchivedEvent } from "./archived-event.ts";
import { nameOf } from "./fold.ts";
import { listObjects } from "./list-objects.ts";
import { isErased, readTombstones, type Tombstones } from "./tombstones.ts";

/** An object of the archive, and the time that its events span: from `from` to before `to`, in milliseconds. */
export type ArchiveEntry = {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly from: number;
  readonly to: number;
};

/** Reads the archive of a stage. */
export type ArchiveBucket = {
  /** The objects of the hour in UTC that begins at this time, in milliseconds. */
  list(hour: number): Promise<readonly ArchiveEntry[]>;
  /**
   * The events of an object, by its facts alone, without those that are erased. An object that is gone meanwhile has none.
   *
   * @param holding A text of the wanted facts, as JSON: most of the time goes into parsing those of others.
   */
  facts(entry: Pick<ArchiveEntry, "key" | "size">, holding?: string): Promise<readonly ArchivedEvent[]>;
  /** As `facts`, with those that are erased, and whose objects still hold them. */
  allFacts(entry: Pick<ArchiveEntry, "key" | "size">, holding?: string): Promise<readonly ArchivedEvent[]>;
  /** The envelope of an event, by a read of its payload alone; undefined where the event was erased meanwhile. */
  envelope(event: ArchivedEvent): Promise<string | undefined>;
  /** A body that was too large for its queue. */
  body(reference: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The time of the first hour that has objects, in milliseconds; without one, now. */
  oldest(): Promise<number>;
  /** The keys of what is spilled, as `spill/<queue>/<hash>`; at most `most`. */
  spilled(most: number): Promise<ReadonlySet<string>>;
};

/** Objects are listed by hours. */
export const hourMilliseconds = 3_600_000;
/** So much holds the facts of about a thousand events. */
const beginning = 96 * 1024;

/** A search or a replay may take long, and something be erased meanwhile. */
const rereadMilliseconds = 5000;

/** Reads the archive in a bucket. `now` is for tests. */
export function createArchiveBucket(s3: S3Client, Bucket: string, now: () => number = Date.now): ArchiveBucket {
  const objects = (prefix: string) => listObjects(s3, Bucket, prefix);
  let known: { readonly at: number; readonly tombstones: Promise<Tombstones> } | undefined;
  const tombstones = async () => {
    if (known === undefined || now() - known.at > rereadMilliseconds) {
      known = { at: now(), tombstones: readTombstones(s3, Bucket) };
    }
    return await known.tombstones;
  };

  /** Bytes of an object, from `from` on. */
  async function read(key: string, from: number, length: number, etag?: string) {
    const { Body, ContentRange, ETag } = await s3.send(
      new GetObjectCommand({
        Bucket,
        Key: key,
        Range: `bytes=${from}-${from + length - 1}`,
        ...defined({ IfMatch: etag }),
      }),
    );
    if (Body === undefined) throw new Error(`S3 answered without a body for ${key}`);
    const bytes = await Body.transformToByteArray();
    return { bytes, size: Number(ContentRange?.split("/")[1] ?? bytes.length), etag: ETag };
  }

  async function allFacts({ key, size: listed }: Pick<ArchiveEntry, "key" | "size">, holding?: string) {
    // Most facts take less than a quarter of their object.
    for (let length = Math.min(beginning, Math.ceil(listed / 4)); ; length *= 8) {
      const { bytes, size, etag } = await read(key, 0, length).catch(unlessGone);
      const facts = size === 0 ? [] : factsIn(key, bytes, holding);
      if (facts !== undefined) {
        // A message that was no envelope is no event: whoever looks for one reads the objects.
        return facts.flatMap((one) => ("raw" in one ? [] : [{ ...one, object: { key, size, etag } }]));
      }
      if (bytes.length >= size) throw new UnreadableObjectError(key, new Error("its facts are cut off"));
    }
  }

  async function envelopeAt({ at: [fromEnd, length, line], object: { key, size, etag } }: ArchivedEvent) {
    const { bytes } = await read(key, size - fromEnd, length, etag);
    return readEnvelope(bytes, { at: [fromEnd, length, line] });
  }

  return {
    async list(hour) {
      const found: ArchiveEntry[] = [];
      for await (const object of objects(hourPrefix(hourOf(new Date(hour).toISOString())))) {
        const entry = entryOf(object, hour);
        if (entry !== undefined) found.push(entry);
      }
      return found;
    },
    allFacts,
    async facts(entry, holding) {
      const erased = await tombstones();
      return (await allFacts(entry, holding)).filter((event) => !isErased(erased, event));
    },
    async envelope(event) {
      try {
        return await envelopeAt(event);
      } catch (error) {
        if ((error as Error).name !== "PreconditionFailed") throw error;
        // An erasure has written the object anew: its places are others.
        const moved = (await allFacts(event.object)).find((one) => nameOf(one) === nameOf(event));
        return moved === undefined ? undefined : await envelopeAt(moved);
      }
    },
    async body(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      if (Body === undefined) throw new Error(`S3 answered without a body for ${Key}`);
      return new Uint8Array(await Body.transformToByteArray());
    },
    async oldest() {
      // Keys are in the order of their hours.
      for await (const { key } of objects(archivePrefix)) {
        const [, day, hour] = /^archive\/(\d{4}\/\d\d\/\d\d)\/(\d\d)\//.exec(key) ?? [];
        if (day !== undefined) return Date.parse(`${day.replaceAll("/", "-")}T${hour}:00:00Z`);
      }
      return now();
    },
    async spilled(most) {
      const found = new Set<string>();
      for await (const { key } of objects(spillPrefix)) {
        if (found.size >= most) break;
        found.add(key);
      }
      return found;
    },
  };
}

function factsIn(key: string, bytes: Uint8Array, holding: string | undefined) {
  try {
    return readFacts(bytes, holding);
  } catch (error) {
    throw new UnreadableObjectError(key, error);
  }
}

/** An object among those of the archive that the archive's function did not write. */
export class UnreadableObjectError extends Error {
  override readonly name: string = "UnreadableObjectError";

  constructor(key: string, cause: unknown) {
    super(`Cannot read ${key}: it is no object of the archive (${errorText(cause)}); move it elsewhere`, { cause });
  }
}

/** An object that lifecycle or an erasure has deleted between list and read is empty. */
function unlessGone(error: unknown): { readonly bytes: Uint8Array; readonly size: number; readonly etag?: string } {
  if ((error as Error).name === "NoSuchKey") return { bytes: new Uint8Array(), size: 0 };
  throw error;
}

function entryOf(object: Pick<ArchiveEntry, "key" | "size">, hour: number): ArchiveEntry | undefined {
  const [, ...numbers] = /\/(\d\d)-(\d\d)-(\d\d)-(\d\d)-[0-9a-f]+\.jsonl\.gz$/.exec(object.key) ?? [];
  if (numbers.length === 0) return undefined;
  const [minute = 0, second = 0, lastMinute = 0, lastSecond = 0] = numbers.map(Number);
  return {
    ...object,
    from: hour + (minute * 60 + second) * 1000,
    to: hour + (lastMinute * 60 + lastSecond + 1) * 1000,
  };
}
