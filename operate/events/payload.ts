import { fromEnvelope, type WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import type { ArchiveBucket } from "./archive-bucket.ts";
import type { ArchivedEvent } from "./archived-event.ts";

/** An archived event with its payload. */
export type PayloadOf = {
  /** As it was in its queue. */
  readonly envelope: string;
  readonly event: WebhookEvent;
  /** Where the body lies in the bucket, where it was too large for a queue. */
  readonly deposit?: string;
};

/** Reads the payload of an archived event: one read, and one more where its body lies apart. */
export async function payloadOf(
  archive: Pick<ArchiveBucket, "envelope" | "body">,
  event: ArchivedEvent,
): Promise<PayloadOf> {
  const envelope = await archive.envelope(event);
  if (envelope === undefined) throw new TypeError(`Cannot read the payload of ${event.id}: it was erased meanwhile`);
  const read = fromEnvelope(envelope);
  if (read === undefined) throw new Error(`Cannot read the payload of ${event.id} in ${event.object.key}`);
  if ("body" in read) return { envelope, event: read };
  const { deposit, ...facts } = read;
  return { envelope, event: { ...facts, body: await archive.body(deposit) }, deposit };
}
