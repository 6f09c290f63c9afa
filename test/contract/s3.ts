import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchBucket,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { clientFor, type Endpoint } from "../../local/aws/endpoint.ts";

/**
 * What the claim check needs of S3, asked of any endpoint: a body comes back as it went in, to the byte, and a missing
 * one is told from a failure. Makes a bucket of its own and deletes it.
 */
export function s3Contract(name: string, start: () => Promise<Endpoint>): void {
  describe(`S3: ${name}`, () => {
    const Bucket = `hookline-contract-${randomUUID()}`;
    const keys = new Set<string>();
    let endpoint: Endpoint;
    let client: S3Client;

    before(async () => {
      endpoint = await start();
      client = new S3Client({ ...clientFor(endpoint.url), forcePathStyle: true });
      await client.send(new CreateBucketCommand({ Bucket }));
    });

    after(async () => {
      for (const Key of keys) await client.send(new DeleteObjectCommand({ Bucket, Key }));
      await client?.send(new DeleteBucketCommand({ Bucket }));
      client?.destroy();
      await endpoint?.close();
    });

    async function put(Key: string, Body: Uint8Array, ContentType?: string): Promise<void> {
      keys.add(Key);
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
    }

    async function get(Key: string): Promise<Uint8Array> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      assert.ok(Body);
      return Body.transformToByteArray();
    }

    const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

    it("returns 5 MB of random bytes unchanged", async () => {
      const body = randomBytes(5_000_000);
      await put("large", body);
      assert.equal(digest(await get("large")), digest(body));
    });

    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const form = new TextEncoder().encode("Body=caf%C3%A9&Body=second&=");
    for (const [type, body] of [
      [undefined, everyByte],
      ["application/json", new TextEncoder().encode('{"id": 1.0, "id": 2}\n')],
      ["application/x-www-form-urlencoded", form],
      ["text/plain; charset=iso-8859-1", everyByte],
      ["application/json", new Uint8Array()],
    ] as const) {
      it(`keeps ${body.length} bytes of ${type ?? "no type"} as they are`, async () => {
        const key = `events/stripe/${randomUUID()} ü+&=`;
        await put(key, body, type);
        assert.deepEqual([...(await get(key))], [...body]);
      });
    }

    it("overwrites an object", async () => {
      await put("twice", everyByte);
      await put("twice", form);
      assert.equal(digest(await get("twice")), digest(form));
    });

    it("answers NoSuchKey and NoSuchBucket", async () => {
      await assert.rejects(get("absent"), NoSuchKey);
      const elsewhere = new GetObjectCommand({ Bucket: `hookline-contract-${randomUUID()}`, Key: "any" });
      await assert.rejects(client.send(elsewhere), NoSuchBucket);
    });

    it("deletes an object, and succeeds when it is already deleted", async () => {
      await put("deleted", everyByte);
      const remove = new DeleteObjectCommand({ Bucket, Key: "deleted" });
      await client.send(remove);
      await assert.rejects(get("deleted"), NoSuchKey);
      await client.send(remove);
    });
  });
}
