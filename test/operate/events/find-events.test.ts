import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { type ArchiveBucket, createArchiveBucket } from "../../../operate/events/archive-bucket.ts";
import type { ArchivedEvent, EventFilter } from "../../../operate/events/archived-event.ts";
import { findEvents } from "../../../operate/events/find-events.ts";
import { payloadOf } from "../../../operate/events/payload.ts";
import { followNew } from "../../../operate/events/tail.ts";
import { randomOf, seed } from "../../seed.ts";
import { Bucket, pushed, startArchive } from "./archive-fixture.ts";

type Archive = Awaited<ReturnType<typeof startArchive>>;
const day = Date.parse("2026-01-05T00:00:00.000Z");
const hour = 3_600_000;

describe("a search of the archive", () => {
  let archive: Archive;
  let bucket: ArchiveBucket;
  before(async () => {
    archive = await startArchive();
    bucket = createArchiveBucket(archive.s3, Bucket);
  });
  after(async () => await archive?.close());

  async function found(filter: EventFilter, since: number, until: number): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const events of findEvents(bucket, { ...filter, since, until })) ids.push(...events.map(({ id }) => id));
    return ids;
  }

  it("finds each event of a range once, newest first, whatever the batches and repeats", async (t) => {
    t.diagnostic(`seed ${seed}`);
    const random = randomOf(seed);
    const events = Array.from({ length: 400 }, (_, index) => {
      return pushed(`mixed-${index}`, day + Math.floor(random() * 5 * hour));
    });
    const shuffled = [...events, ...events.slice(0, 50)].sort(() => random() - 0.5);
    for (let at = 0; at < shuffled.length; ) {
      const length = 1 + Math.floor(random() * 30);
      await archive.write(shuffled.slice(at, at + length));
      at += length;
    }
    const times = new Map(events.map(({ id, received }) => [id, received.getTime()]));
    for (const [since, until] of [
      [day, day + 5 * hour],
      [day + hour / 2, day + 3.25 * hour],
      [day + 1_234_567, day + 1_334_567],
    ] as const) {
      const ids = await found({}, since, until);
      const wanted = events.filter(({ received }) => received.getTime() >= since && received.getTime() < until);
      assert.deepEqual(ids.toSorted(), wanted.map(({ id }) => id).sort(), `seed ${seed}`);
      const order = ids.map((id) => times.get(id) ?? 0);
      assert.deepEqual(
        order,
        order.toSorted((a, b) => b - a),
        `seed ${seed}`,
      );
    }
  });

  it("filters by source, type, tenant and id, a type as an event file may name it", async () => {
    const at = day + 10 * hour;
    const one = (id: string, given: Partial<WebhookEvent>) => pushed(id, at, given);
    await archive.write([
      one("opened", { type: "issues.opened", coarseType: "issues", tenant: "t1" }),
      one("other", { type: "issue_comment", tenant: "t2" }),
      one("stripe", { source: "stripe", type: "issues" }),
      one("none", { type: undefined }),
    ]);
    const by = async (filter: EventFilter) => (await found(filter, at, at + 1)).toSorted();
    assert.deepEqual(await by({}), ["none", "opened", "other", "stripe"]);
    assert.deepEqual(await by({ source: "stripe" }), ["stripe"]);
    assert.deepEqual(await by({ type: "issues" }), ["opened", "stripe"]);
    assert.deepEqual(await by({ type: "issue*" }), ["opened", "other", "stripe"]);
    assert.deepEqual(await by({ type: "issues.opened" }), ["opened"]);
    assert.deepEqual(await by({ tenant: "t2" }), ["other"]);
    assert.deepEqual(await by({ id: "none", source: "github" }), ["none"]);
  });

  it("reads the facts of a large object and every payload, a deposited body, too", async () => {
    const at = day + 12 * hour;
    const random = randomOf(5);
    const many = Array.from({ length: 6000 }, (_, index) => {
      const id = `${index}-${Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(36)).join("")}`;
      return pushed(id, at + index, { body: new TextEncoder().encode(`{"n":${index}}`) });
    });
    await archive.write(many);
    const read: ArchivedEvent[] = [];
    for await (const events of findEvents(bucket, { since: at, until: at + hour })) read.push(...events);
    assert.equal(read.length, 6000);
    assert.ok(
      (read[0]?.object.size ?? 0) - (read.at(-1)?.at[0] ?? 0) > 96 * 1024,
      "the facts are longer than one read",
    );
    for (const index of [0, 17, 5999]) {
      const event = read.find(({ id }) => id === many[index]?.id);
      assert.ok(event !== undefined);
      assert.equal(new TextDecoder().decode((await payloadOf(bucket, event)).event.body), `{"n":${index}}`);
    }
  });

  it("says at an object that is gone meanwhile that it holds nothing", async () => {
    assert.deepEqual(await bucket.facts({ key: "archive/2026/01/05/10/00-00-00-00-aa.jsonl.gz", size: 100 }), []);
  });

  it("follows new objects: each event once, and none of those before", async () => {
    await archive.write([pushed("before", Date.now())]);
    const stop = new AbortController();
    const ids: string[] = [];
    let looks = 0;
    const pause = async () => {
      looks += 1;
      if (looks === 1) await archive.write([pushed("first", Date.now()), pushed("first", Date.now())]);
      if (looks === 2) await archive.write([pushed("second", Date.now()), pushed("first", Date.now())]);
      if (looks === 4) stop.abort();
    };
    for await (const events of followNew(bucket, {}, { pause, signal: stop.signal }))
      ids.push(...events.map(({ id }) => id));
    assert.deepEqual(ids, ["first", "second"]);
  });
});
