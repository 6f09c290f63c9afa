import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Attempt, PermanentError, processor, type WebhookEvent } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event, key } from "../copies.ts";

const replayed = (replay = "r1"): WebhookEvent => ({ ...event, replay });
const impact = "Orders are not shipped";

function counting(run: () => Promise<void> | void = () => {}) {
  const attempts: Attempt<unknown>[] = [];
  const work = processor({ impact, retry: { attempts: 3 } }, async (attempt) => {
    attempts.push(attempt);
    await run();
  });
  return { attempts, work };
}

describe("a replayed copy", () => {
  it("runs a done event again, once for each replay, under a record of its own and with the same idempotency key", async () => {
    const { process, store } = createTestProcessing();
    const { attempts, work } = counting();
    await process(work, [copyOf(event)]);
    for (const replay of ["r1", "r1", "r2"]) {
      assert.deepEqual(await process(work, [copyOf(replayed(replay), crypto.randomUUID())]), []);
    }
    assert.deepEqual(
      attempts.map(({ replay, attempt }) => [replay, attempt]),
      [
        [undefined, 1],
        ["r1", 1],
        ["r2", 1],
      ],
    );
    assert.equal(new Set(attempts.map(({ idempotencyKey }) => idempotencyKey)).size, 1);
    assert.deepEqual([...store.records.keys()], [key, `${key}#replay=r1`, `${key}#replay=r2`]);
    assert.deepEqual(
      [...store.records.values()].map(({ state }) => state),
      ["done", "done", "done"],
    );
  });

  it("leaves the record of the event itself as it is, and that record's copies run as ever", async () => {
    const { process, store } = createTestProcessing();
    await process(counting().work, [copyOf(replayed())]);
    assert.equal(store.records.get(key), undefined);
    const { attempts, work } = counting();
    await process(work, [copyOf(event, "message-2")]);
    assert.equal(attempts.length, 1);
  });

  it("waits for a live lease of the event itself, and runs once that has ended", async () => {
    const { process, clock, lines } = createTestProcessing();
    const [began, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = processor({ impact }, () => {
      began.resolve();
      return held.promise;
    });
    const holder = process(holding, [copyOf(event)]);
    await began.promise;
    clock.advance(20_000);
    const { attempts, work } = counting();
    const copy = copyOf(replayed(), "message-2");
    assert.deepEqual(await process(work, [copy], { random: () => 0.5 }), ["message-2"]);
    assert.deepEqual([attempts.length, copy.retries], [0, [45 + 3]]);
    assert.match(lines.at(-1) ?? "", /^processing .*"replay":"r1"/);
    held.resolve();
    await holder;
    assert.deepEqual(await process(work, [copy]), []);
    assert.equal(attempts.length, 1);
  });

  it("is dead, with its reason in the log, where the event's own lease is live on its last receive", async () => {
    const { process, clock, store, lines } = createTestProcessing();
    const [now, leaseUntil] = [clock.now(), new Date(clock.now().getTime() + 60_000)];
    await store.claim(key, {
      ...{ owner: "another", messageId: "message-1", received: now, now, leaseUntil, expires: leaseUntil },
    });
    const { attempts, work } = counting();
    for (const [receives, dead] of [
      [2, 0],
      [3, 1],
    ] as const) {
      assert.deepEqual(await process(work, [copyOf(replayed(), "message-2", receives)]), ["message-2"]);
      const found = lines.filter((line) => line.startsWith("dead ") && line.includes("held its lease"));
      assert.deepEqual([attempts.length, found.length], [0, dead]);
    }
  });

  it("is kept, and not run, where the event's own record cannot be read", async () => {
    const { process, store } = createTestProcessing();
    store.fail("read");
    const { attempts, work } = counting();
    assert.deepEqual(await process(work, [copyOf(replayed())]), ["message-1"]);
    assert.equal(attempts.length, 0);
    store.heal();
    assert.deepEqual(await process(work, [copyOf(replayed())]), []);
  });

  it("re-opens no ingress, whether it fails for good or on its last receive", async () => {
    const { process, dedupe } = createTestProcessing();
    const refusing = counting(() => Promise.reject(new PermanentError("no such order")));
    const failing = counting(() => Promise.reject(new Error("the shop is closed")));
    await process(refusing.work, [copyOf(replayed("r1"))]);
    await process(failing.work, [copyOf(replayed("r2"), "message-2", 3)]);
    assert.deepEqual([refusing.attempts.length, failing.attempts.length, dedupe.operations], [1, 1, []]);
  });

  it("is named by its replay in each line about it", async () => {
    const { process, lines } = createTestProcessing();
    await process(counting(() => Promise.reject(new Error("the shop is closed"))).work, [copyOf(replayed())]);
    await process(counting().work, [copyOf(replayed(), "message-1", 2)]);
    assert.ok(lines.length >= 2);
    for (const line of lines) assert.match(line, /"replay":"r1"/);
  });
});
