import type { S3Client } from "@aws-sdk/client-s3";
import type { ArchiveFacts } from "../../lambdas/aws/s3/archive-object.ts";
import { sha256, toHex } from "../../lambdas/core/bytes/sha256.ts";
import { listObjects } from "./list-objects.ts";

/** The subject of an erasure: the events with an id, or those of a tenant; of all sources where none is given. */
export type Erasure = {
  readonly kind: "id" | "tenant";
  readonly value: string;
  readonly source: string | undefined;
};

/** The facts by which an event is erased. */
type ErasableFacts = Pick<ArchiveFacts, "id" | "source" | "tenant" | "received">;

/** The tombstones of a bucket: until when what they name was received, in milliseconds, by their hash. */
export type Tombstones = ReadonlyMap<string, number>;

const prefix = "erased/";

/**
 * The object that says that events are erased which were received until `time`. Its name has a hash, since an id or a tenant's name
 * may be what has to go.
 */
export function tombstoneKey(erasure: Erasure, time: number): string {
  return `${prefix}${hashOf(erasure)}/${time}`;
}

export async function readTombstones(s3: S3Client, bucket: string): Promise<Tombstones> {
  const latest = new Map<string, number>();
  for await (const { key } of listObjects(s3, bucket, prefix)) {
    const [, hash, time] = /^erased\/([0-9a-f]{64})\/(\d+)$/.exec(key) ?? [];
    if (hash !== undefined) latest.set(hash, Math.max(latest.get(hash) ?? 0, Number(time)));
  }
  return latest;
}

/** Whether a tombstone names the event. */
export function isErased(tombstones: Tombstones, event: ErasableFacts): boolean {
  if (tombstones.size === 0) return false;
  const received = Date.parse(event.received);
  return erasuresOf(event).some((erasure) => received <= (tombstones.get(hashOf(erasure)) ?? Number.NEGATIVE_INFINITY));
}

/** Whether an erasure is of this event. */
export function covers(
  { kind, value, source }: Erasure,
  event: Pick<ArchiveFacts, "id" | "source" | "tenant">,
): boolean {
  return event[kind] === value && (source === undefined || event.source === source);
}

function erasuresOf({ id, source, tenant }: ErasableFacts): readonly Erasure[] {
  const values = [
    { kind: "id", value: id } as const,
    ...(tenant === undefined ? [] : [{ kind: "tenant", value: tenant } as const]),
  ];
  return values.flatMap((one) => [source, undefined].map((of) => ({ ...one, source: of })));
}

function hashOf({ kind, value, source }: Erasure): string {
  return toHex(sha256(new TextEncoder().encode(JSON.stringify([kind, value, source ?? null]))));
}
