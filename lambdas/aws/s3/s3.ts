import type { S3Client } from "@aws-sdk/client-s3";
import { defined } from "../../core/bytes/defined.ts";
import { madeOnce } from "../../core/made-once.ts";
import { type CallOptions, clientOptions, createCalls } from "../calls.ts";

/** Makes S3's client, loaded by its first use: it weighs as much as all the rest of a bundle. */
export async function loadS3(): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  // The SDK would add a checksum of its own, on top of TLS.
  return new S3Client({ ...clientOptions, requestChecksumCalculation: "WHEN_REQUIRED" });
}

/** The objects of one bucket. */
type Bucket = {
  put(key: string, body: Uint8Array | string, signal?: AbortSignal): Promise<void>;
  /** Rejects where there is no such object. */
  get(key: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** All keys with this prefix, in pages. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  remove(key: string, signal?: AbortSignal): Promise<void>;
};

/** A bucket whose client is made by the first call; `written` is how long a put may take. */
export function createBucket(
  name: string,
  load: () => Promise<S3Client>,
  options: CallOptions,
  written: { readonly tries: number; readonly milliseconds: number } = { tries: 2, milliseconds: 2000 },
): Bucket {
  const callWithin = createCalls(options);
  const client = madeOnce(load);
  const read = { tries: 2, milliseconds: 5000 };
  return {
    async put(Key, Body, signal) {
      const { PutObjectCommand } = await import("@aws-sdk/client-s3");
      const s3 = await client();
      const input = { Bucket: name, Key, Body };
      await callWithin({ ...written, signal }, (abortSignal) => s3.send(new PutObjectCommand(input), { abortSignal }));
    },
    async get(Key, signal) {
      const { GetObjectCommand } = await import("@aws-sdk/client-s3");
      const s3 = await client();
      return await callWithin({ ...read, signal }, async (abortSignal) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key }), { abortSignal });
        if (Body === undefined) throw new Error("S3 answered without a body");
        return new Uint8Array(await Body.transformToByteArray());
      });
    },
    async *list(Prefix, signal) {
      const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
      const s3 = await client();
      let token: string | undefined;
      do {
        const input = { Bucket: name, Prefix, ...defined({ ContinuationToken: token }) };
        const page = await callWithin({ ...read, signal }, (abortSignal) =>
          s3.send(new ListObjectsV2Command(input), { abortSignal }),
        );
        yield (page.Contents ?? []).map(({ Key = "" }) => Key);
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async remove(Key, signal) {
      const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
      const s3 = await client();
      const input = { Bucket: name, Key };
      await callWithin({ ...read, signal }, (abortSignal) => s3.send(new DeleteObjectCommand(input), { abortSignal }));
    },
  };
}
