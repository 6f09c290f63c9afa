import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { randomOf, seed } from "../../seed.ts";
import { replay, replayed } from "./replay.ts";
import { replayConsumer, replayedConsumers } from "./replay-consumer.ts";

describe("walks of the model, replayed with the same calls in the same order and the same records", () => {
  const { setTimeout } = globalThis;
  /** The model knows no pauses between two tries: they are over at once. What limits a run is not. */
  const hasty = (work: () => void, milliseconds = 0) => {
    if (milliseconds < 1000) return setImmediate(work);
    const timer = setTimeout(work, milliseconds);
    // A walk ends with deliveries that nobody answers: their time is not waited for. Under Deno a timer is a number.
    if (typeof timer === "object") timer.unref();
    return timer;
  };
  before(() => void Object.assign(globalThis, { setTimeout: hasty }));
  after(() => void Object.assign(globalThis, { setTimeout }));

  it("are those of the real receiver", async (test) => {
    test.diagnostic?.(`HOOKLINE_SEED=${seed}`);
    const random = randomOf(seed);
    let steps = 0;
    for (let walk = 0; walk < 300; walk += 1) for (const size of replayed) steps += await replay(size, random);
    test.diagnostic?.(`${steps} steps compared`);
    assert.ok(steps > 5000);
  });

  it("are those of the real processing", async (test) => {
    test.diagnostic?.(`HOOKLINE_SEED=${seed}`);
    const random = randomOf(seed);
    let steps = 0;
    for (let walk = 0; walk < 300; walk += 1) {
      for (const size of replayedConsumers) steps += await replayConsumer(size, random);
    }
    test.diagnostic?.(`${steps} steps compared`);
    assert.ok(steps > 5000);
  });
});
