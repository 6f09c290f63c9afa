import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Attempt, PermanentError, receive } from "../../../lambdas/core/mod.ts";
import { defaults } from "../../../lambdas/core/processing/processor-options.ts";
import { generic } from "../../../lambdas/providers/generic.ts";
import { secret } from "../deliveries.ts";
import { createClock, createMemoryProcessing } from "../memory.ts";
import { createGenericReceiver, day, hour, minute, ping } from "./generic-receiver.ts";

const secondOfTwo = ["generic/_other", "generic/audit"] as const;
/** A second before a period of an hour ends. */
const atEdge = new Date("2026-03-04T05:59:59.000Z");

describe("two events with equal bytes and no id", () => {
  it("are both processed, the second after the window of the first", async () => {
    const { deliver, taken, process, runs, clock } = createGenericReceiver();
    for (const pause of [10 * day, 0]) {
      assert.equal(await deliver(), "accepted");
      for (const copy of taken()) assert.equal(await process(copy), false);
      clock.advance(pause);
    }
    assert.equal(runs.length, 2);
    const keys = runs.map(({ attempt }) => attempt.idempotencyKey);
    assert.equal(new Set(keys).size, 2, "what is called with it must not take the second for the first");
    assert.deepEqual(
      runs.map(({ attempt }) => attempt.attempt),
      [1, 1],
    );
  });

  it("are both processed at the first moment at which ingress takes them for two, wherever in a period", async () => {
    for (const offset of [0, 1, minute, 30 * minute, hour - 1]) {
      const receiver = createGenericReceiver(undefined, new Date(Date.UTC(2026, 2, 4, 5) + offset));
      await receiver.deliver();
      receiver.clock.advance(hour);
      assert.equal(await receiver.deliver(), "duplicate");
      receiver.clock.advance(1);
      assert.equal(await receiver.deliver(), "accepted");
      for (const copy of receiver.taken()) await receiver.process(copy);
      assert.equal(receiver.runs.length, 2, `from ${offset} ms`);
    }
  });

  it("are redriven separately: the first runs although the second is done, and neither runs twice", async () => {
    const { deliver, taken, process, runs, clock } = createGenericReceiver();
    await deliver();
    const [first] = taken();
    assert.ok(first !== undefined);
    const closed = () => {
      throw new Error("the shop is closed");
    };
    assert.equal(await process(first, closed), true);
    clock.advance(2 * hour);
    await deliver();
    const [second] = taken();
    assert.ok(second !== undefined);
    assert.equal(await process(second), false);
    clock.advance(14 * day);
    assert.equal(await process({ ...first, messageId: "redriven" }), false);
    assert.deepEqual(
      runs.map(({ attempt }) => attempt.event.received.toISOString()),
      ["2026-03-04T07:06:07.000Z", "2026-03-04T05:06:07.000Z"],
    );
    for (const copy of [first, second]) assert.equal(await process({ ...copy, messageId: "again" }), false);
    assert.equal(runs.length, 2);
  });
});

describe("the copies of one event without an id", () => {
  it("run once where a delivery is forwarded for a holder of the period before", async () => {
    const { deliver, taken, process, runs, clock, dedupe } = createGenericReceiver(undefined, atEdge);
    dedupe.fail("mark");
    for (const _ of [1, 2]) {
      assert.equal(await deliver(), "accepted");
      clock.advance(5 * minute);
    }
    const copies = taken();
    assert.equal(copies.length, 2);
    for (const copy of copies) await process(copy);
    assert.equal(runs.length, 1);
  });

  it("run once where the table fails, though each delivery is sent", async () => {
    const { deliver, taken, process, runs, clock, dedupe } = createGenericReceiver();
    dedupe.fail("claim");
    dedupe.fail("mark");
    for (const _ of [1, 2, 3]) {
      assert.equal(await deliver(), "accepted");
      clock.advance(10 * minute);
    }
    const copies = taken();
    assert.equal(copies.length, 3);
    for (const copy of copies) await process(copy);
    assert.equal(runs.length, 1);
  });

  it("run once more for the processor that gave up, when the provider sends again in the next period", async () => {
    const { deliver, taken, process, runs, clock } = createGenericReceiver(secondOfTwo, atEdge);
    await deliver();
    const [other, audit] = taken();
    assert.ok(other !== undefined && audit !== undefined);
    const refuse = () => {
      throw new PermanentError("there is no such shop");
    };
    assert.equal(await process(other, refuse), true);
    assert.equal(await process({ ...other, receives: defaults.attempts }, refuse), true);
    assert.equal(await process(audit), false);
    clock.advance(20 * minute);
    assert.equal(await deliver(), "accepted");
    for (const copy of taken()) assert.equal(await process(copy), false);
    assert.deepEqual(runs.map(({ queue }) => queue).sort(), ["generic/_other", "generic/audit"]);
  });

  it("are new to a processor where the provider sends them again after their window, though ingress was re-opened", async () => {
    const { deliver, taken, process, runs, clock, dedupe } = createGenericReceiver();
    await deliver();
    for (const copy of taken()) await process(copy);
    const [key = ""] = dedupe.records.keys();
    await dedupe.reopen(key, new Date(clock.now().getTime() + 45 * day));
    clock.advance(hour + 1);
    assert.equal(await deliver(), "accepted");
    for (const copy of taken()) await process(copy);
    assert.equal(runs.length, 2);
  });
});

describe("an inline handler of events with equal bytes and no id", () => {
  it("runs once in a window, and once in the next, each time under a key of its own", async () => {
    const clock = createClock();
    const processing = createMemoryProcessing();
    const keys: string[] = [];
    const sources = { generic: { provider: generic, secrets: async () => [secret] } };
    const onUnhandledEvent = ({ idempotencyKey }: Attempt<unknown>) => void keys.push(idempotencyKey);
    const options = { sources, handlers: {}, onUnhandledEvent, processing, now: clock.now };
    const told: string[] = [];
    // The second lies in the next period, and in the same window.
    for (const pause of [59 * minute, 2 * minute, 0]) {
      told.push((await receive(ping(), options)).kind);
      clock.advance(pause);
    }
    assert.deepEqual(told, ["accepted", "duplicate", "accepted"]);
    assert.equal(new Set(keys).size, 2);
  });

  it("has one key for every attempt, though a period ends between two of them", async () => {
    const clock = createClock(atEdge);
    const processing = createMemoryProcessing();
    const attempts: [key: string, attempt: number][] = [];
    const sources = { generic: { provider: generic, secrets: async () => [secret] } };
    const onUnhandledEvent = ({ idempotencyKey, attempt }: Attempt<unknown>) => {
      attempts.push([idempotencyKey, attempt]);
      if (attempts.length < 3) throw new Error("no");
    };
    const options = { sources, handlers: {}, onUnhandledEvent, processing, now: clock.now };
    const told: string[] = [];
    for (const pause of [2000, 58 * minute, 1000, hour]) {
      told.push((await receive(ping(), options)).kind);
      clock.advance(pause);
    }
    assert.deepEqual(told, ["unavailable", "unavailable", "accepted", "duplicate"]);
    assert.equal(new Set(attempts.map(([key]) => key)).size, 1);
    assert.deepEqual(
      attempts.map(([, attempt]) => attempt),
      [1, 2, 3],
    );
    assert.equal(processing.records.size, 1);
  });

  it("does not run where it cannot be told whether it has run before", async () => {
    const processing = createMemoryProcessing();
    const sources = { generic: { provider: generic, secrets: async () => [secret] } };
    let runs = 0;
    const options = { sources, handlers: {}, onUnhandledEvent: () => void runs++, processing, now: () => atEdge };
    processing.fail("read");
    const outcome = await receive(ping(), options);
    assert.deepEqual([outcome.kind, "reason" in outcome && outcome.reason, runs], ["unavailable", "internal", 0]);
    processing.heal();
    assert.equal((await receive(ping(), options)).kind, "accepted");
  });
});

describe("an envelope from before there were periods", () => {
  it("is processed once, whenever it comes", async () => {
    const { deliver, taken, process, runs, clock, store } = createGenericReceiver();
    await deliver();
    const [copy] = taken();
    assert.ok(copy !== undefined);
    const { hooklineperiod, ...older } = JSON.parse(copy.envelope);
    assert.equal(typeof hooklineperiod, "string");
    for (const messageId of ["first", "second"]) {
      assert.equal(await process({ ...copy, messageId, envelope: JSON.stringify(older) }), false);
      clock.advance(10 * day);
    }
    assert.equal(runs.length, 1);
    assert.deepEqual([...store.records.keys()], [`generic/_other#generic#${runs[0]?.attempt.event.key}`]);
  });
});
