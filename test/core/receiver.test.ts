import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DedupeStore, IngressRecord } from "../../lambdas/core/mod.ts";
import { createTestReceiver, githubDelivery, type Way, ways } from "./deliveries.ts";
import { handTime } from "./hand-time.ts";

for (const way of ways) describe(`the ingress failure table by ${way.name}`, () => failureTable(way));

const never = () => new Promise<never>(() => {});

function only(records: ReadonlyMap<string, IngressRecord>): IngressRecord {
  assert.equal(records.size, 1);
  return [...records.values()][0] as IngressRecord;
}

function failureTable(way: Way): void {
  const time = handTime();
  const deliver: Way["deliver"] = (delivery, options) => time.until(way.deliver(delivery, options));

  it("accepts a new event once every queue that wants it has a copy, and marks it", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    const { status, body } = await deliver(githubDelivery(), options);
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), { received: true, outcome: "accepted", id: "delivery-1" });
    assert.deepEqual(queue.sent.map((copy) => copy.queue).sort(), ["audit", "push"]);
    assert.equal(only(dedupe.records).state, "enqueued");
  });

  it("takes a delivery whose forerunner died before its claim for a new one (row 1)", async () => {
    const { options, queue, dedupe } = createTestReceiver();
    const dying = { ...options, sources: { github: { ...options.sources.github, secrets: never } } };
    void way.deliver(githubDelivery(), dying);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(dedupe.operations, []);
    assert.equal(JSON.parse((await deliver(githubDelivery(), options)).body).outcome, "accepted");
    assert.equal(queue.sent.length, 2);
  });

  it("loses nothing by a clock that is ten minutes ahead or behind: one wait more or less (row 15)", async () => {
    for (const minutes of [-10, 10]) {
      const { options, dedupe, queue, clock } = createTestReceiver();
      dedupe.fail("mark", "before", 1);
      await deliver(githubDelivery(), options);
      clock.advance(minutes * 60_000);
      assert.equal((await deliver(githubDelivery(), options)).status, 200);
      assert.equal(queue.sent.length, 4);
      const reads = dedupe.operations.filter((operation) => operation.startsWith("read")).length;
      assert.equal(reads, minutes < 0 ? 4 : 0);
      assert.equal(time.passed(), 600, "the wait of the earlier clock");
      assert.equal(only(dedupe.records).state, "enqueued");
    }
  });

  it("answers a repeat as a duplicate and sends nothing (rows 10 and 13)", async () => {
    const { options, queue, clock } = createTestReceiver();
    await deliver(githubDelivery(), options);
    clock.advance(6 * 24 * 3_600_000);
    const { status, body } = await deliver(githubDelivery(), options);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).outcome, "duplicate");
    assert.equal(queue.sent.length, 2);
  });

  it("sends again an event that arrives after its window, although the record is still there (row 14)", async () => {
    const { options, queue, clock } = createTestReceiver();
    await deliver(githubDelivery(), options);
    clock.advance(8 * 24 * 3_600_000);
    const { body } = await deliver(githubDelivery(), options);
    assert.equal(JSON.parse(body).outcome, "accepted");
    assert.equal(queue.sent.length, 4);
  });

  it("sends at once an event claimed by a holder that died more than 3 s ago (rows 2 and 8)", async () => {
    const { options, dedupe, queue, clock } = createTestReceiver();
    dedupe.fail("mark", "before", 1);
    await deliver(githubDelivery(), options);
    assert.equal(only(dedupe.records).state, "received");
    clock.advance(3001);
    const { status, body } = await deliver(githubDelivery(), options);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).outcome, "accepted");
    assert.equal(queue.sent.length, 4);
    assert.ok(!dedupe.operations.some((operation) => operation.startsWith("read")));
    assert.equal(only(dedupe.records).state, "enqueued");
  });

  it("waits for the mark of a live holder and then answers duplicate (row 11)", async () => {
    const { options, queue } = createTestReceiver();
    const both = [way.deliver(githubDelivery(), options), way.deliver(githubDelivery(), options)];
    const answers = await time.until(Promise.all(both));
    assert.deepEqual(answers.map(({ status, body }) => [status, JSON.parse(body).outcome]).sort(), [
      [200, "accepted"],
      [200, "duplicate"],
    ]);
    assert.equal(queue.sent.length, 2);
  });

  it("forwards after 0.6 s an event that a live holder has not marked, and completes the holder's record (row 12)", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    dedupe.fail("mark", "before", 1);
    await deliver(githubDelivery(), options);
    const { owner } = only(dedupe.records);
    const { status, body } = await deliver(githubDelivery(), options);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).outcome, "accepted");
    assert.equal(time.passed(), 40 + 80 + 160 + 320);
    assert.equal(dedupe.operations.filter((operation) => operation.startsWith("read")).length, 4);
    assert.equal(queue.sent.length, 4);
    assert.equal(only(dedupe.records).state, "enqueued");
    assert.equal(only(dedupe.records).owner, owner);
  });

  it("forwards when the record of a live holder cannot be read", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    dedupe.fail("mark", "before", 1);
    await deliver(githubDelivery(), options);
    dedupe.fail("read");
    const { status } = await deliver(githubDelivery(), options);
    assert.equal(status, 200);
    assert.equal(queue.sent.length, 4);
  });

  it("recognises its own earlier claim, whose answer was lost (row 3)", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    const trying: DedupeStore = {
      ...dedupe,
      async claim(key, mine) {
        await dedupe.claim(key, mine);
        return await dedupe.claim(key, mine);
      },
    };
    const { body } = await deliver(githubDelivery(), { ...options, dedupe: trying });
    assert.equal(JSON.parse(body).outcome, "accepted");
    assert.equal(queue.sent.length, 2);
    assert.ok(!dedupe.operations.some((operation) => operation.startsWith("read")));
  });

  it("forwards when a claim had its effect but its answer was lost, and so does the next delivery (row 4)", async () => {
    const { options, dedupe, queue, clock } = createTestReceiver();
    dedupe.fail("claim", "after", 1);
    assert.equal((await deliver(githubDelivery(), options)).status, 200);
    clock.advance(4000);
    assert.equal(JSON.parse((await deliver(githubDelivery(), options)).body).outcome, "duplicate");
    assert.equal(queue.sent.length, 2);
  });

  it("fails open while the store is down: each delivery is sent and answered 200 (row 5)", async () => {
    const { options, dedupe, queue, lines } = createTestReceiver();
    for (const operation of ["claim", "read", "mark"]) dedupe.fail(operation);
    assert.equal((await deliver(githubDelivery(), options)).status, 200);
    assert.equal((await deliver(githubDelivery(), options)).status, 200);
    assert.equal(queue.sent.length, 4);
    assert.ok(lines.some((line) => line.startsWith("dedupe unavailable")));
  });

  it("answers 503 with retry-after when a queue fails, keeps the record received, and sends the next delivery (rows 7 and 17)", async () => {
    const { options, dedupe, queue, clock } = createTestReceiver();
    queue.fail("send:audit");
    const { status, headers, body } = await deliver(githubDelivery(), options);
    assert.equal(status, 503);
    assert.equal(headers["retry-after"], "30");
    assert.equal(JSON.parse(body).error, "queue");
    assert.equal(only(dedupe.records).state, "received");
    assert.ok(!dedupe.operations.some((operation) => operation.startsWith("mark")));
    queue.heal();
    clock.advance(30_000);
    assert.equal(JSON.parse((await deliver(githubDelivery(), options)).body).outcome, "accepted");
    assert.ok(queue.sent.some((copy) => copy.queue === "audit"));
    assert.equal(only(dedupe.records).state, "enqueued");
  });

  it("answers 200 when the mark fails, before or after its effect (row 9)", async () => {
    for (const moment of ["before", "after"] as const) {
      const { options, dedupe, lines } = createTestReceiver();
      dedupe.fail("mark", moment);
      assert.equal((await deliver(githubDelivery(), options)).status, 200);
      assert.equal(only(dedupe.records).state, moment === "before" ? "received" : "enqueued");
      assert.ok(lines.some((line) => line.startsWith("mark failed")));
    }
  });

  it("never lets a late mark touch a record of another generation (row 16)", async () => {
    const { options, dedupe } = createTestReceiver();
    const late: DedupeStore = {
      ...dedupe,
      async mark(key, mine) {
        await dedupe.reopen(key, mine.expires);
        await dedupe.mark(key, mine);
      },
    };
    assert.equal((await deliver(githubDelivery(), { ...options, dedupe: late })).status, 200);
    assert.equal(only(dedupe.records).state, "received");
  });

  it("serves a resend at once after its record was re-opened", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    await deliver(githubDelivery(), options);
    for (const [key, { expires }] of dedupe.records) await dedupe.reopen(key, expires);
    assert.equal(JSON.parse((await deliver(githubDelivery(), options)).body).outcome, "accepted");
    assert.equal(queue.sent.length, 4);
  });

  it("takes another body under the same unsigned id for another event", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    await deliver(githubDelivery({ body: '{"a":1}' }), options);
    const { body } = await deliver(githubDelivery({ body: '{"a":2}' }), options);
    assert.equal(JSON.parse(body).outcome, "accepted");
    assert.equal(queue.sent.length, 4);
    assert.equal(dedupe.records.size, 2);
  });

  it("hands the queue the exact bytes, and says which fields no signature covers", async () => {
    const { options, queue } = createTestReceiver();
    const delivery = githubDelivery({ body: '\u{feff}{\r\n"a": "🦊"}' });
    await deliver(delivery, options);
    const event = queue.sent[0]?.event;
    assert.deepEqual(event?.body, delivery.body);
    assert.deepEqual(event?.unsigned, ["id", "type"]);
    assert.equal(event?.bodyCovered, true);
  });

  it("answers an event that no queue wants 200 as ignored and touches no table", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    const { status, body } = await deliver(githubDelivery({ type: "star" }), options);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).outcome, "ignored");
    assert.deepEqual([...dedupe.operations, ...queue.operations], []);
  });
}
