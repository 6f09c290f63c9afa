import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { EventFilter } from "../events/archived-event.ts";
import { listObjects } from "../events/list-objects.ts";
import type { ReplayMode } from "./replay.ts";

/** The task of a replay and how far it has come: the object `replays/<id>.json`, from which it is resumed. */
export type Manifest = {
  readonly id: string;
  readonly stage: string;
  /** When it began, in ISO 8601. */
  readonly begun: string;
  readonly filter: EventFilter;
  /** In ISO 8601. */
  readonly since: string;
  readonly until: string;
  /** Names of processors. */
  readonly to: readonly string[];
  readonly mode: ReplayMode;
  readonly tests: boolean;
  readonly perSecond: number;
  readonly copies: number;
  /** Everything that was received before it has been sent. */
  readonly checkpoint: string;
  readonly sent: number;
  readonly dead: number;
  readonly state: "running" | "stopped" | "done";
};

/** Records of its runs live for 45 days, by which a copy that is sent twice runs once: a resumed replay ends well before. */
const resumedDays = 30;

const prefix = "replays/";

/** The ids of the replays that have a manifest in a bucket. */
export async function replayIds(s3: S3Client, bucket: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { key } of listObjects(s3, bucket, prefix)) ids.push(key.slice(prefix.length, -".json".length));
  return ids;
}

/** The manifests of replays in a bucket. */
export type Manifests = {
  write(manifest: Manifest): Promise<void>;
  /** @throws {TypeError} Where there is none, or it is too old to be resumed. */
  read(id: string, now?: number): Promise<Manifest>;
};

export function createManifests(s3: S3Client, Bucket: string): Manifests {
  const keyOf = (id: string) => `${prefix}${id}.json`;
  return {
    async write(manifest) {
      const Body = JSON.stringify(manifest, null, 2);
      await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(manifest.id), Body, ContentType: "application/json" }));
    },
    async read(id, now = Date.now()) {
      const missing = `Cannot resume replay ${id}: the bucket has no replays/${id}.json; its id is printed where it begins`;
      if (!/^[\w-]{1,64}$/.test(id)) throw new TypeError(missing);
      let text = "";
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: keyOf(id) }));
        text = (await Body?.transformToString()) ?? "";
      } catch (cause) {
        if (!(cause instanceof NoSuchKey)) throw cause;
        throw new TypeError(missing, { cause });
      }
      const manifest: Manifest = JSON.parse(text);
      if (Date.parse(manifest.begun) + resumedDays * 86_400_000 < now) {
        throw new TypeError(
          `Cannot resume replay ${id}: it began on ${manifest.begun}, and after ${resumedDays} days nothing tells what of it has run; begin another one`,
        );
      }
      return manifest;
    },
  };
}
