import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Attempt, PermanentError, processor } from "../../../lambdas/core/mod.ts";
import { defaults } from "../../../lambdas/core/processing/processor-options.ts";
import { copyOf, createTestProcessing, event, key } from "../copies.ts";

const impact = "Orders are not shipped";

function counting(run: (attempt: Attempt<unknown>) => Promise<void> | void = () => {}) {
  const attempts: Attempt<unknown>[] = [];
  const work = processor({ impact }, async (attempt) => {
    attempts.push(attempt);
    await run(attempt);
  });
  return { attempts, work };
}

const failing = () => counting(() => Promise.reject(new Error("the shop is closed")));
const refusing = () => counting(() => Promise.reject(new PermanentError("no such order")));

describe("the claim of a copy", () => {
  it("runs a new event once, records it done and acknowledges it", async () => {
    const { process, store } = createTestProcessing();
    const { attempts, work } = counting();
    assert.deepEqual(await process(work, [copyOf(event)]), []);
    assert.equal(attempts.length, 1);
    assert.deepEqual(attempts[0]?.payload, { amount: 5 });
    assert.equal(store.records.get(key)?.state, "done");
  });

  it("acknowledges another copy of a done event without running it", async () => {
    const { process, clock } = createTestProcessing();
    const { attempts, work } = counting();
    await process(work, [copyOf(event)]);
    clock.advance(28 * 86_400_000);
    const copy = copyOf(event, "message-2");
    assert.deepEqual(await process(work, [copy]), []);
    assert.equal(attempts.length, 1);
    assert.deepEqual(copy.retries, []);
  });

  it("keeps a copy while another run holds a live lease, hidden until the lease ends", async () => {
    const { process, clock } = createTestProcessing();
    const { attempts, work } = counting();
    const held = Promise.withResolvers<void>();
    const holder = process(
      processor({ impact }, () => held.promise),
      [copyOf(event)],
    );
    clock.advance(20_000);
    const copy = copyOf(event, "message-2");
    assert.deepEqual(await process(work, [copy], { random: () => 0.5 }), ["message-2"]);
    assert.equal(attempts.length, 0);
    assert.deepEqual(copy.retries, [45 + 3]);
    held.resolve();
    assert.deepEqual(await holder, []);
  });

  it("re-opens ingress for a copy that is refused, or cannot be claimed, on its last receive", async () => {
    const { process, dedupe, store } = createTestProcessing();
    const held = Promise.withResolvers<void>();
    const holder = process(
      processor({ impact }, () => held.promise),
      [copyOf(event)],
    );
    const work = processor({ impact, retry: { attempts: 3 } }, async () => {});
    await process(work, [copyOf(event, "message-2", 2)]);
    assert.deepEqual(dedupe.operations, []);
    assert.deepEqual(await process(work, [copyOf(event, "message-2", 3)]), ["message-2"]);
    assert.deepEqual(dedupe.operations, ["reopen acme#evt_1"]);
    store.fail("claim");
    assert.deepEqual(await process(work, [copyOf(event, "message-3", 3)]), ["message-3"]);
    assert.equal(dedupe.operations.length, 2);
    held.resolve();
    await holder;
  });

  it("runs a killed event again, once its lease has ended", async () => {
    const { process, store, clock } = createTestProcessing();
    const { attempts, work } = counting();
    const messageId = "message-1";
    const [now, expires] = [clock.now(), new Date(clock.now().getTime() + 86_400_000)];
    await store.claim(key, {
      owner: "cut",
      messageId,
      received: now,
      now,
      leaseUntil: new Date(now.getTime() + 65_000),
      expires,
    });
    clock.advance(65_001);
    assert.deepEqual(await process(work, [copyOf(event, messageId, 2)]), []);
    assert.deepEqual(
      attempts.map(({ attempt }) => attempt),
      [2],
    );
  });

  it("runs a failed event again", async () => {
    const { process, store } = createTestProcessing();
    await process(failing().work, [copyOf(event)]);
    const { attempts, work } = counting();
    assert.deepEqual(await process(work, [copyOf(event, "message-1", 2)]), []);
    assert.equal(attempts[0]?.attempt, 2);
    assert.equal(store.records.get(key)?.state, "done");
  });

  it("burns a known copy of a dead event without running it", async () => {
    const { process } = createTestProcessing();
    await process(refusing().work, [copyOf(event)]);
    const { attempts, work } = counting();
    const copy = copyOf(event, "message-1", 2);
    assert.deepEqual(await process(work, [copy]), ["message-1"]);
    assert.deepEqual(copy.retries, [0]);
    assert.equal(attempts.length, 0);
  });

  it("re-opens ingress for a permanent failure at once, and on the last receive of its copy", async () => {
    const { process, dedupe } = createTestProcessing();
    const opened: number[] = [];
    for (let receives = 1; receives <= defaults.attempts; receives += 1) {
      dedupe.operations.length = 0;
      await process(refusing().work, [copyOf(event, "message-1", receives)]);
      if (dedupe.operations.length > 0) opened.push(receives);
    }
    assert.deepEqual(opened, [1, defaults.attempts]);
  });

  it("runs another copy of a dead event, as after a redrive", async () => {
    const { process } = createTestProcessing();
    await process(refusing().work, [copyOf(event)]);
    const { attempts, work } = counting();
    assert.deepEqual(await process(work, [copyOf(event, "message-2")]), []);
    assert.equal(attempts.length, 1);
  });

  it("burns two copies of a dead event side by side without restarting either", async () => {
    const { process } = createTestProcessing();
    const { attempts, work } = refusing();
    for (let receives = 1; receives <= 5; receives += 1) {
      await process(work, [copyOf(event, "message-1", receives)]);
      await process(work, [copyOf(event, "message-2", receives)]);
    }
    assert.equal(attempts.length, 2);
  });

  it("keeps a copy and does not run it when the claim throws", async () => {
    const { process, store } = createTestProcessing();
    for (const moment of ["before", "after"] as const) {
      store.fail("claim", moment, 1);
      const { attempts, work } = counting();
      const copy = copyOf(event);
      assert.deepEqual(await process(work, [copy], { random: () => 0 }), ["message-1"]);
      assert.equal(attempts.length, 0);
      assert.deepEqual(copy.retries, [5]);
    }
  });

  it("lets one of two copies in one batch run", async () => {
    const { process } = createTestProcessing();
    const { attempts, work } = counting();
    assert.deepEqual(await process(work, [copyOf(event, "a"), copyOf(event, "b")]), ["b"]);
    assert.equal(attempts.length, 1);
  });

  it("burns an envelope that is not ours, with neither store nor processor touched", async () => {
    const { process, store } = createTestProcessing();
    const { attempts, work } = counting();
    for (const text of ["", "null", "[]", "{}", "not JSON", '{"specversion":"1.0"}', '"\ud800"']) {
      const copy = copyOf(text);
      assert.deepEqual(await process(work, [copy]), ["message-1"]);
      assert.deepEqual(copy.retries, [0]);
    }
    assert.equal(attempts.length, 0);
    assert.deepEqual(store.operations, []);
  });
});

describe("a run that fails", () => {
  it("leaves its reason on the record and backs off between half and the whole of 10 s doubled each time", async () => {
    for (const [receives, whole] of [
      [1, 10],
      [2, 20],
      [5, 160],
      [9, 2560],
      [10, 3600],
      [13, 3600],
    ] as const) {
      for (const [random, share] of [
        [() => 0, 0.5],
        [() => 0.999_999, 1],
      ] as const) {
        const { process, store, dedupe } = createTestProcessing();
        const copy = copyOf(event, "message-1", receives);
        assert.deepEqual(await process(failing().work, [copy], { random }), ["message-1"]);
        assert.deepEqual(copy.retries, [whole * share]);
        assert.equal(store.records.get(key)?.state, "failed");
        assert.match(store.records.get(key)?.reason ?? "", /^Error: the shop is closed\nat /);
        assert.deepEqual(dedupe.operations, []);
      }
    }
  });

  it("keeps to its own longest pause", async () => {
    const { process } = createTestProcessing();
    const work = processor({ impact, retry: { maxDelaySeconds: 4 } }, () => Promise.reject(new Error("no")));
    const copy = copyOf(event, "message-1", 7);
    await process(work, [copy], { random: () => 0.999_999 });
    assert.deepEqual(copy.retries, [4]);
  });

  it("is dead at once when it is permanent: reason kept, copy burned", async () => {
    const { process, store } = createTestProcessing();
    const copy = copyOf(event);
    assert.deepEqual(await process(refusing().work, [copy]), ["message-1"]);
    assert.equal(store.records.get(key)?.state, "dead");
    assert.match(store.records.get(key)?.reason ?? "", /^PermanentError: no such order\nat /);
    assert.deepEqual([...(store.records.get(key)?.burning ?? [])], ["message-1"]);
    assert.deepEqual(copy.retries, [0]);
  });

  it("re-opens ingress and burns the copy on the final receive", async () => {
    const { process, store, dedupe } = createTestProcessing();
    const work = processor({ impact, retry: { attempts: 3 } }, () => Promise.reject(new Error("no")));
    for (const [receives, expected] of [
      [2, 10],
      [3, 0],
    ] as const) {
      const copy = copyOf(event, "message-1", receives);
      await process(work, [copy], { random: () => 0 });
      assert.deepEqual(copy.retries, [expected]);
      assert.equal(store.records.get(key)?.state, "failed");
    }
    assert.deepEqual(dedupe.operations, ["reopen acme#evt_1"]);
  });

  it("is still reported when neither its end nor its re-opening nor its back-off can be written", async () => {
    const { process, store, dedupe, lines } = createTestProcessing();
    store.fail("end");
    dedupe.fail("reopen");
    const copy = {
      ...copyOf(event, "message-1", defaults.attempts),
      retryIn: () => Promise.reject(new Error("throttled")),
    };
    assert.deepEqual(await process(refusing().work, [copy]), ["message-1"]);
    for (const text of ["failure not recorded", "not re-opened", "back-off not set"]) {
      assert.ok(lines.some((line) => line.startsWith(text)));
    }
    assert.equal(store.operations.filter((operation) => operation.startsWith("end")).length, 3);
  });

  it("takes whatever was thrown, and cuts a long reason", async () => {
    for (const thrown of [undefined, null, "text", 1, {}, Object.create(null), new Error("x".repeat(9000))]) {
      const { process, store } = createTestProcessing();
      assert.deepEqual(await process(counting(() => Promise.reject(thrown)).work, [copyOf(event)]), ["message-1"]);
      assert.equal(store.records.get(key)?.state, "failed");
      assert.ok((store.records.get(key)?.reason?.length ?? 601) <= 600);
    }
  });

  it("fails alone, and the other copies of its batch are acknowledged", async () => {
    const { process } = createTestProcessing();
    const { work } = counting(({ event: { id } }) => (id === "evt_2" ? Promise.reject(new Error("no")) : undefined));
    const batch = ["1", "2", "3"].map((n) => copyOf({ ...event, id: `evt_${n}`, key: `evt_${n}` }, n));
    assert.deepEqual(await process(work, batch), ["2"]);
  });
});
