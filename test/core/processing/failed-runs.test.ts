import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FailedRun, ProcessingStore } from "../../../lambdas/core/mod.ts";
import { PermanentError, processor } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event } from "../copies.ts";
import { handTime } from "../hand-time.ts";

const impact = "Orders are not shipped";
type Claim = Parameters<ProcessingStore["claim"]>[1];
type End = Parameters<ProcessingStore["end"]>[2];

/** A processor's ports with a store that remembers failed runs, and what it was told last. */
function createRemembering() {
  const ports = createTestProcessing();
  const told: { claim?: Claim; end?: End; failures?: readonly FailedRun[] } = {};
  const store: ProcessingStore = {
    ...ports.store,
    async claim(key, mine) {
      told.claim = mine;
      const claimed = await ports.store.claim(key, mine);
      return claimed.won && told.failures !== undefined ? { ...claimed, failures: told.failures } : claimed;
    },
    end(key, owner, as) {
      told.end = as;
      if (as.failures !== undefined) told.failures = as.failures;
      return ports.store.end(key, owner, as);
    },
  };
  return { ...ports, store, told };
}

const failing = (error: Error = new Error("the shop is closed")) =>
  processor({ impact, timeoutSeconds: 3, retry: { attempts: 3 } }, () => Promise.reject(error));

describe("the record of a run", () => {
  const time = handTime();

  it("has when its delivery was received, whether it runs or there is no time left to", async () => {
    const { process, store, told, clock } = createRemembering();
    await process(failing(), [copyOf(event)], { store });
    assert.deepEqual(told.claim?.received, event.received);
    const received = new Date("2026-03-04T05:06:01.000Z");
    const late = { store, deadline: new Date(clock.now().getTime() + 2999) };
    await process(failing(), [copyOf({ ...event, received }, "message-1", 3)], late);
    assert.deepEqual(told.claim?.received, received);
  });

  it("has when the event is retried: when its copy is visible, and never after its last receive", async () => {
    const { process, store, told, clock } = createRemembering();
    for (const [receives, random, seconds] of [
      [1, () => 0.5, 8],
      [2, () => 0, 10],
    ] as const) {
      const copy = copyOf(event, "message-1", receives);
      await process(failing(), [copy], { store, random });
      assert.deepEqual(copy.retries, [seconds]);
      assert.deepEqual(told.end?.retryAt, new Date(clock.now().getTime() + seconds * 1000));
    }
    await process(failing(), [copyOf(event, "message-1", 3)], { store });
    assert.deepEqual([told.end?.state, told.end?.retryAt], ["failed", new Date(0)]);
  });

  it("says that the event is not retried after a permanent failure, an overrun of the last receive, or no time left in it", async () => {
    const { process, store, told, clock } = createRemembering();
    await process(failing(new PermanentError("no such order")), [copyOf(event)], { store });
    assert.deepEqual([told.end?.state, told.end?.retryAt], ["dead", new Date(0)]);
    const hanging = processor({ impact, timeoutSeconds: 3, retry: { attempts: 3 } }, () => new Promise(() => {}));
    await time.until(process(hanging, [copyOf({ ...event, key: "2" }, "message-2", 3)], { store }));
    assert.deepEqual([told.end?.state, told.end?.retryAt], ["processing", new Date(0)]);
    const late = { store, deadline: new Date(clock.now().getTime() + 2999) };
    await process(failing(), [copyOf({ ...event, key: "3" }, "message-3", 3)], late);
    assert.deepEqual([told.end?.state, told.end?.retryAt], ["failed", new Date(0)]);
  });

  it("has every failed run with its time and the beginning of its reason, and of a done run nothing", async () => {
    const { process, store, told, clock } = createRemembering();
    const first = { at: clock.now(), reason: `Error: ${"x".repeat(93)}` };
    await process(failing(new Error("x".repeat(400))), [copyOf(event)], { store });
    assert.deepEqual(told.end?.failures, [first]);
    clock.advance(10_000);
    const second = { at: clock.now(), reason: "Error: the shop is closed" };
    await process(failing(), [copyOf(event, "message-1", 2)], { store });
    assert.deepEqual(told.end?.failures, [first, second]);
    const late = { store, deadline: new Date(clock.now().getTime() + 2999) };
    await process(failing(), [copyOf(event, "message-1", 3)], late);
    const third = { at: clock.now(), reason: "no time was left for its 3 s" };
    assert.deepEqual(told.end?.failures, [first, second, third]);
    await process(
      processor({ impact }, () => Promise.resolve()),
      [copyOf(event, "message-2")],
      { store },
    );
    const { state, failures, retryAt } = told.end ?? {};
    assert.deepEqual([state, failures, retryAt], ["done", undefined, undefined]);
  });
});
