import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callApart } from "../../apart.ts";
import { seed } from "../../seed.ts";
import { simulateMany } from "./many.ts";
import { simulate } from "./simulate.ts";
import { totalText } from "./total.ts";

/** A fair sample; `npm run proof` plays 100 000. */
const seeds = 300;

describe("a simulated stack", () => {
  it("keeps every promise under any faults", async () => {
    console.log(`seeds from ${seed}`);
    const total = await callApart(new URL("many.ts", import.meta.url), simulateMany, seed, seeds);
    console.log(totalText(total));
    assert.deepEqual(total.failures, []);
    assert.equal(total.seeds, seeds);
    for (const figure of ["faults", "repeats", "replays", "done", "inDlq", "duplicates"] as const) {
      assert.ok(total[figure] > seeds / 10, `the simulation is too calm: ${figure} ${total[figure]}`);
    }
  });

  // The first two: a mark that came late, onto an expired record that a final failure had re-opened and TTL then took away.
  // The last: a redrive on day 45 of a copy that SQS deletes on day 42.
  for (const once of [31_213, 67_085, 605_183_508]) {
    it(`keeps every promise where it once broke one (seed ${once})`, async () => {
      assert.deepEqual((await simulate(once)).broken, []);
    });
  }

  it("is the same for the same seed", async () => {
    for (let one = seed; one < seed + 10; one += 1) {
      const [first, second] = [await simulate(one), await simulate(one)];
      assert.ok(first.history.length > 0);
      assert.deepEqual(first, second);
    }
  });

  it("leaves the clock, the timers and the random numbers of the host unchanged", async () => {
    const before = [setTimeout, clearTimeout, Date, AbortSignal.timeout, Math.random];
    await simulate(seed);
    assert.deepEqual([setTimeout, clearTimeout, Date, AbortSignal.timeout, Math.random], before);
  });
});
