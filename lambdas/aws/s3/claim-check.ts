import type { S3Client } from "@aws-sdk/client-s3";
import type { WebhookEvent } from "../../core/events/envelope.ts";
import { bodyHashOf } from "../../core/events/identity.ts";
import { madeOnce } from "../../core/made-once.ts";
import { type CallOptions, createCalls } from "../calls.ts";
import { loadS3 } from "./s3.ts";

/** Bodies that a queue's copy cannot hold: put into a bucket before the send, fetched before the run: DECISIONS 11. */
export type ClaimCheck = {
  /** Puts an event's body under the hash of its bytes, so that a repeat overwrites itself. Returns its reference. */
  deposit(event: Pick<WebhookEvent, "source" | "body" | "bodyHash">, signal?: AbortSignal): Promise<string>;
  /** Rejects where the body is not there: it may come, or somebody may bring it back. */
  collect(reference: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
};

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
  const callWithin = createCalls(options);
  const client = madeOnce(load);
  return {
    async deposit(event, signal) {
      const { source, body } = event;
      const Key = `claims/${source}/${bodyHashOf(event)}`;
      const { PutObjectCommand } = await import("@aws-sdk/client-s3");
      const s3 = await client();
      await callWithin({ tries: 2, milliseconds: 2000, signal }, (abortSignal) =>
        s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: body }), { abortSignal }),
      );
      return Key;
    },
    async collect(reference, signal) {
      const { GetObjectCommand } = await import("@aws-sdk/client-s3");
      const s3 = await client();
      return await callWithin({ tries: 2, milliseconds: 5000, signal }, async (abortSignal) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: reference }), { abortSignal });
        if (Body === undefined) throw new Error("S3 answered without a body");
        return new Uint8Array(await Body.transformToByteArray());
      });
    },
  };
}
