import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomOf, seed } from "../seed.ts";
import { byReceive } from "./compositions.ts";
import { explore, noTally, tallyText } from "./explore.ts";
import { scenarios } from "./scenarios.ts";

/** Of all pairs, so many are tried here; `npm run proof` tries all. */
const share = 0.02;

describe("a promise under faults", () => {
  it("holds for every single fault, and a share of all pairs", async () => {
    console.log(`seed ${seed}`);
    const random = randomOf(seed);
    const tally = noTally();
    for (const scenario of scenarios) await explore(scenario, { tries: () => random() < share }, tally);
    console.log(tallyText(tally));
    assert.deepEqual(tally.failures, []);
    assert.ok(tally.singles > 800 && tally.pairs > 800, "the exploration has shrunk");
    assert.ok((tally.ends.done ?? 0) > 0 && (tally.ends["in the DLQ"] ?? 0) > 0);
  });

  it("holds for every single fault where the steps are composed by `receive`", async () => {
    const tally = noTally();
    for (const scenario of scenarios.slice(0, 3)) {
      await explore(scenario, { tries: () => false, composition: byReceive }, tally);
    }
    assert.deepEqual(tally.failures, []);
    assert.ok(tally.singles > 300);
  });
});
