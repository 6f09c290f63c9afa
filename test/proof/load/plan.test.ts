import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomOf, seed } from "../../seed.ts";
import { planLoad } from "./plan.ts";

describe(`the plan of the load, seed ${seed}`, () => {
  const events = planLoad(600, 30, randomOf(seed));
  const share = (count: number) => count / events.length;

  it("is the same for the same seed", () => {
    assert.deepEqual(planLoad(600, 30, randomOf(seed)), events);
    assert.notDeepEqual(planLoad(600, 30, randomOf(seed + 1)), events);
  });

  it("delivers at a steady rate", () => {
    for (let second = 0; second < 590; second += 10) {
      const found = events.filter(({ at }) => at >= second * 1000 && at < (second + 10) * 1000);
      const deliveries = found.reduce((sum, { copies }) => sum + copies, 0);
      assert.ok(Math.abs(deliveries - 300) <= 5, `${deliveries} in the 10 s from ${second} s on`);
    }
  });

  it("repeats about half, and has some of every fate and source", () => {
    assert.ok(Math.abs(share(events.filter(({ copies }) => copies > 1).length) - 0.5) < 0.05);
    assert.deepEqual([...new Set(events.map(({ copies }) => copies))].sort(), [1, 2, 3, 4, 5]);
    assert.equal(new Set(events.map(({ fate, source }) => `${fate} ${source}`)).size, 6);
  });
});
