import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, beforeEach, describe, it } from "node:test";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createSpill, type Spill, type SpilledEvent, withSpill } from "../../lambdas/aws/s3/spill.ts";
import type { EventQueue, WebhookEvent } from "../../lambdas/core/mod.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { startSqs } from "../../local/aws/sqs.ts";
import { event } from "../core/copies.ts";
import { createLines } from "../core/lines.ts";
import { createMemoryQueue } from "../core/memory.ts";
import { createFakeClient } from "./fake-client.ts";

const Bucket = "claims";
let services: Awaited<ReturnType<typeof startSqs>>;
let s3: S3Client;
let spill: Spill;
/** Limits that no busy machine comes near to. */
const unhurried = { timeScale: 100 } as const;

before(async () => {
  services = await startSqs();
  s3 = new S3Client({ ...clientFor(services.s3), maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket }));
});

after(async () => {
  s3.destroy();
  await services.close();
});

async function listed(of: Pick<Spill, "list">): Promise<readonly SpilledEvent[]> {
  const found: SpilledEvent[] = [];
  for await (const page of of.list()) found.push(...page);
  return found;
}

const named = (id: string, more: Partial<WebhookEvent> = {}): WebhookEvent => ({ ...event, id, key: id, ...more });

const anew = async () => {
  spill = createSpill(Bucket, async () => s3, unhurried);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
};

describe("the spill", () => {
  beforeEach(anew);

  it("adds no content type to an event whose delivery had none", async () => {
    await spill.put("acme-a", named("untold"));
    const [spilled] = await listed(spill);
    assert.ok(spilled !== undefined && !("contentType" in (await spill.read(spilled))));
  });

  it("returns an event unchanged at any size, once however often it was put, and never after its removal", async () => {
    const small = named("small", { contentType: "text/plain" });
    const large = named("large", { tenant: "biz_1", contentType: "a/b", body: new Uint8Array(6_000_000).fill(0xff) });
    await spill.put("acme-a", small);
    await spill.put("acme-a", small);
    await spill.put("acme-b", small);
    await spill.put("acme-b", large);
    const all = await listed(spill);
    assert.deepEqual(all.map(({ queue }) => queue).sort(), ["acme-a", "acme-b", "acme-b"]);
    const read = await Promise.all(all.map(async (one) => ({ one, event: await spill.read(one) })));
    const { body, ...found } = read.find(({ event }) => event.id === "large")?.event ?? large;
    assert.ok(body !== large.body && Buffer.compare(body, large.body) === 0);
    assert.deepEqual({ ...found, body: large.body }, large);
    assert.deepEqual(read.find(({ one }) => one.queue === "acme-a")?.event, small);
    for (const one of all) await spill.remove(one);
    assert.deepEqual(await listed(spill), []);
  });

  it("keeps events with equal bytes of two periods apart, and a repeat in one place", async () => {
    const key = "#hash";
    for (const period of ["3600000-1", "3600000-2", "3600000-1"])
      await spill.put("acme-a", named("a", { key, period }));
    const read = await Promise.all((await listed(spill)).map((one) => spill.read(one)));
    assert.deepEqual(read.map(({ period }) => period).sort(), ["3600000-1", "3600000-2"]);
  });

  it("lists only its own objects", async () => {
    for (const Key of ["claims/acme/a", "spill/loose", "spill/acme-a/deep/er"]) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}" }));
    }
    assert.deepEqual(await listed(spill), []);
  });

  it("lists every page", async () => {
    const pages = [["spill/a/1", "spill/a/2"], ["spill/b/3"]];
    const { client, inputs } = createFakeClient<S3Client>(({ ContinuationToken = "0" }) => {
      const at = Number(ContinuationToken);
      const more = at + 1 < pages.length ? { NextContinuationToken: String(at + 1) } : {};
      return { Contents: pages[at]?.map((Key) => ({ Key })), ...more };
    });
    const all = await listed(createSpill(Bucket, async () => client));
    assert.deepEqual(
      all.map(({ reference }) => reference),
      pages.flat(),
    );
    assert.deepEqual(
      inputs.map(({ Prefix }) => Prefix),
      ["spill/", "spill/"],
    );
  });

  it("rejects an object that is not an envelope, and a missing object", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "spill/a/broken", Body: "{" }));
    await assert.rejects(spill.read({ reference: "spill/a/broken", queue: "a" }), /spill\/a\/broken holds no envelope/);
    await assert.rejects(spill.read({ reference: "spill/a/none", queue: "a" }));
  });
});

describe("queues with a spill", () => {
  beforeEach(anew);

  const { lines, log } = createLines();
  const down = new Error("SQS is down");
  const failing = (of: (event: WebhookEvent) => boolean = () => true): EventQueue => ({
    wants: () => ["acme-a"],
    send: async (_, events) => events.map((one) => (of(one) ? { sent: false, cause: down } : { sent: true })),
  });
  const acme = new Set(["acme"]);
  beforeEach(() => {
    lines.length = 0;
  });

  it("spill nothing where the queue takes all events, and for sources that do not spill", async () => {
    const memory = createMemoryQueue([{ source: "acme", types: ["order.created"], queue: "acme-a" }]);
    const queues = withSpill(memory, spill, acme, log);
    assert.deepEqual(queues.wants("acme", "order.created"), ["acme-a"]);
    assert.deepEqual(await queues.send("acme-a", [event]), [{ sent: true }]);
    assert.equal(memory.sent.length, 1);
    const others = withSpill(failing(), spill, new Set(["other"]), log);
    assert.deepEqual(await others.send("acme-a", [event]), [{ sent: false, cause: down }]);
    assert.deepEqual(await listed(spill), []);
    assert.deepEqual(lines, []);
  });

  it("put only the events that were not taken into the spill, and log each", async () => {
    const queues = withSpill(
      failing(({ id }) => id !== "b"),
      spill,
      acme,
      log,
    );
    const results = await queues.send("acme-a", [named("a"), named("b"), named("c")]);
    assert.deepEqual(results, [{ sent: true }, { sent: true }, { sent: true }]);
    const ids = await Promise.all((await listed(spill)).map(async (one) => (await spill.read(one)).id));
    assert.deepEqual(ids.sort(), ["a", "c"]);
    assert.equal(lines.length, 2);
    for (const line of lines)
      assert.match(line, /^spilled .*"step":"enqueue","source":"acme".*"error":"Error: SQS is down"/);
  });

  it("report an event as not sent where the spill fails, too, with the queue's cause", async () => {
    const broken = { put: async () => Promise.reject(new Error("S3 is down")) };
    const queues = withSpill(failing(), broken, acme, log);
    assert.deepEqual(await queues.send("acme-a", [event]), [{ sent: false, cause: down }]);
    assert.match(lines.join(), /^not spilled .*"error":"Error: S3 is down"/);
  });

  it("leave the spill its share of the delivery's time where the queue hangs", async () => {
    let began = 0;
    const hanging: EventQueue = {
      wants: () => [],
      send: async (_, events, signal) => {
        began += 1;
        await new Promise((resolve) => signal?.addEventListener("abort", resolve));
        return events.map(() => ({ sent: false, cause: signal?.reason }));
      },
    };
    const delivery = AbortSignal.timeout(60_000);
    assert.deepEqual(await withSpill(hanging, spill, acme, log).send("acme-a", [event], delivery), [{ sent: true }]);
    assert.equal(began, 1);
    assert.ok(!delivery.aborted);
    assert.equal((await listed(spill)).length, 1);
  });
});
