import type { S3Client } from "@aws-sdk/client-s3";
import type { WebhookEvent } from "../../core/events/envelope.ts";
import { bodyHashOf } from "../../core/events/identity.ts";
import type { CallOptions } from "../calls.ts";
import { createBucket, loadS3 } from "./s3.ts";

/** Bodies that a queue's copy cannot hold: put into a bucket before the send, fetched before the run: DECISIONS 11. */
export type ClaimCheck = {
  /** Puts an event's body under the hash of its bytes, so that a repeat overwrites itself. Returns its reference. */
  deposit(event: Pick<WebhookEvent, "source" | "body" | "bodyHash">, signal?: AbortSignal): Promise<string>;
  /** Rejects where the body is missing: it may arrive late, or be restored. */
  collect(reference: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
};

/** The object of a body: a repeat of an event has the same one, and so has another event with an equal body. */
export function claimKey(event: Parameters<ClaimCheck["deposit"]>[0]): string {
  return `claims/${event.source}/${bodyHashOf(event)}`;
}

/**
 * A claim check in S3: objects `claims/<source>/<hash>`. Most functions never need it, and never load its client.
 *
 * @param bucket Its name.
 * @param load Makes the client; for tests.
 *
 * @example
 * ```ts
 * import { createClaimCheck } from "@hookline/hookline/aws";
 *
 * export const { deposit, collect } = createClaimCheck("acme-webhooks");
 * ```
 */
export function createClaimCheck(
  bucket: string,
  load: () => Promise<S3Client> = loadS3,
  options: CallOptions = {},
): ClaimCheck {
  const objects = createBucket(bucket, load, options);
  return {
    async deposit(event, signal) {
      const key = claimKey(event);
      await objects.put(key, event.body, signal);
      return key;
    },
    collect: (reference, signal) => objects.get(reference, signal),
  };
}
