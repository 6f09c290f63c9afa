import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { archivePrefix, takeOut } from "../../lambdas/aws/s3/archive-object.ts";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { fromEnvelope } from "../../lambdas/core/events/envelope.ts";
import { createArchiveBucket, UnreadableObjectError } from "../events/archive-bucket.ts";
import { type Listed, listObjects } from "../events/list-objects.ts";
import { type Erasure, isErased } from "../events/tombstones.ts";
import type { Places } from "./places.ts";

/** One may hold 6 MB, compressed. */
const objectsAtOnce = 8;
/** An object that somebody else erases from at the same time is read anew. */
const mostTries = 5;

/** Erases events from the archive. Returns the objects that could not be read. */
export async function eraseArchived(
  places: Places,
  { value }: Erasure,
  progress: (looked: number, objects: number) => void = () => {},
): Promise<readonly string[]> {
  const { stage, s3, isMeant } = places;
  const archive = createArchiveBucket(s3, stage.bucket);
  const objects: Listed[] = [];
  for await (const object of listObjects(s3, stage.bucket, archivePrefix)) objects.push(object);
  let looked = 0;
  const unread = await mapBounded(objects, objectsAtOnce, async (object) => {
    try {
      if ((await archive.allFacts(object, JSON.stringify(value))).some(isMeant)) await eraseFrom(object.key, places);
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

/** Writes an object anew, without the events that are meant or were erased before. */
async function eraseFrom(Key: string, places: Places): Promise<void> {
  const { stage, s3, isMeant, tombstones, dryRun, eraseTraces, count } = places;
  const isGone = (event: Parameters<typeof isErased>[1]) => isMeant(event) || isErased(tombstones, event);
  for (let tries = 1; ; tries += 1) {
    const read = await s3.send(new GetObjectCommand({ Bucket: stage.bucket, Key })).catch((error: Error) => {
      if (error.name !== "NoSuchKey") throw error;
    });
    // Its days are over since it was listed.
    if (read === undefined) return;
    const object = (await read.Body?.transformToByteArray()) ?? new Uint8Array();
    const { taken, body: Body } = takenOut(Key, object, isGone);
    await eraseTraces(taken.flatMap((envelope) => fromEnvelope(envelope) ?? []));
    if (!dryRun) {
      try {
        await s3.send(new PutObjectCommand({ Bucket: stage.bucket, Key, Body, ...defined({ IfMatch: read.ETag }) }));
      } catch (error) {
        if ((error as Error).name === "PreconditionFailed" && tries < mostTries) continue;
        throw error;
      }
    }
    return count("archived", taken.length);
  }
}

function takenOut(key: string, ...given: Parameters<typeof takeOut>): ReturnType<typeof takeOut> {
  try {
    return takeOut(...given);
  } catch (error) {
    throw new UnreadableObjectError(key, error);
  }
}
