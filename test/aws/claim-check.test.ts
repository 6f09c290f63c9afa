import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type ClaimCheck, createClaimCheck } from "../../lambdas/aws/s3/claim-check.ts";
import { createEventQueues } from "../../lambdas/aws/sqs/event-queues.ts";
import { fromEnvelope, type WebhookEvent } from "../../lambdas/core/mod.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { startSqs } from "../../local/aws/sqs.ts";
import { event } from "../core/copies.ts";
import { acknowledged, createFakeClient } from "./fake-client.ts";

const Bucket = "claims";
let services: Awaited<ReturnType<typeof startSqs>>;
let s3: S3Client;
let loads = 0;
let claimCheck: ClaimCheck;
/** Limits that no busy machine comes near to. */
const unhurried = { timeScale: 100 } as const;
const load = async () => {
  loads += 1;
  return s3;
};

before(async () => {
  services = await startSqs();
  s3 = new S3Client({ ...clientFor(services.s3), maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket }));
  claimCheck = createClaimCheck(Bucket, load, unhurried);
});

after(async () => {
  s3.destroy();
  await services.close();
});

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7919) % 256);
const objects = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];

/** SQS, which acknowledges everything and keeps the envelopes. */
function createSqs() {
  const { client, inputs } = createFakeClient<SQSClient>(({ Entries }) => ({
    Successful: acknowledged(Entries as Parameters<typeof acknowledged>[0]),
  }));
  const envelopes = () =>
    inputs.flatMap(({ Entries }) => (Entries as readonly { readonly MessageBody: string }[]).map((e) => e.MessageBody));
  return { client, envelopes };
}

describe("the claim check", () => {
  it("returns every byte by the hash of the body, and creates its client once, at the first use", async () => {
    assert.equal(loads, 0);
    const body = bytes(2_000_000);
    const reference = await claimCheck.deposit({ source: "acme", body });
    assert.equal(reference, `claims/acme/${createHash("sha256").update(body).digest("base64url")}`);
    assert.deepEqual(await claimCheck.collect(reference), body);
    assert.equal(await claimCheck.deposit({ source: "acme", body }), reference);
    assert.deepEqual(await objects(), [reference]);
    assert.equal(loads, 1);
  });

  it("uses the hash that the event already has", async () => {
    assert.equal(
      await claimCheck.deposit({ source: "hashed", body: bytes(3), bodyHash: "hash" }),
      "claims/hashed/hash",
    );
  });

  it("rejects when an object is missing, and when it does not arrive in time", async () => {
    await assert.rejects(claimCheck.collect("claims/acme/nothing"));
    const late = AbortSignal.abort(new Error("late"));
    await assert.rejects(claimCheck.deposit({ source: "acme", body: bytes(3) }, late), /late/);
    await assert.rejects(claimCheck.collect("claims/acme/nothing", late), /late/);
  });
});

describe("an envelope above 256 KiB", () => {
  const large: WebhookEvent = { ...event, body: bytes(400_000) };

  it("has a reference, and its body is stored once for all its queues", async () => {
    const { client, envelopes } = createSqs();
    let deposits = 0;
    const counting = {
      deposit: (...given: Parameters<ClaimCheck["deposit"]>) => {
        deposits += 1;
        return claimCheck.deposit(...given);
      },
    };
    const queues = createEventQueues(client, "", [], counting);
    for (const queue of ["orders", "audit"]) assert.deepEqual(await queues.send(queue, [large]), [{ sent: true }]);
    assert.equal(deposits, 1);
    for (const envelope of envelopes()) {
      assert.ok(envelope.length < 1000);
      const back = fromEnvelope(envelope);
      assert.ok(back !== undefined && "deposit" in back);
      assert.deepEqual(await claimCheck.collect(back.deposit), large.body);
    }
    assert.equal(envelopes().length, 2);
  });

  it("is the limit: a body in an envelope of exactly 256 KiB travels inline", async () => {
    const { client, envelopes } = createSqs();
    const queues = createEventQueues(client, "", [], claimCheck);
    const overhead = await lengthOf(0);
    const fits = Math.floor((262_144 - overhead) / 4) * 3;
    for (const length of [fits, fits + 3]) await queues.send("orders", [{ ...event, body: bytes(length) }]);
    assert.deepEqual(
      envelopes().map((envelope) => "body" in (fromEnvelope(envelope) ?? {})),
      [true, false],
    );
    assert.ok((envelopes()[0]?.length ?? 0) > 262_140);
  });

  async function lengthOf(length: number): Promise<number> {
    const { client, envelopes } = createSqs();
    await createEventQueues(client, "", [], claimCheck).send("orders", [{ ...event, body: bytes(length) }]);
    return envelopes()[0]?.length ?? 0;
  }

  it("travels inline while S3 fails, up to the limit of SQS, and is not sent above it", async () => {
    const { client, envelopes } = createSqs();
    const cause = new Error("S3 is unwell");
    const queues = createEventQueues(client, "", [], { deposit: () => Promise.reject(cause) });
    assert.deepEqual(await queues.send("orders", [large]), [{ sent: true }]);
    assert.ok("body" in (fromEnvelope(envelopes()[0] ?? "") ?? {}));
    const [tooLarge, small] = await queues.send("orders", [{ ...event, body: bytes(800_000) }, event]);
    assert.deepEqual(tooLarge, { sent: false, cause });
    assert.deepEqual(small, { sent: true });
  });
});
