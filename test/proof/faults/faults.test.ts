import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callApart } from "../../apart.ts";
import { seed } from "../../seed.ts";
import { tallyText } from "./explore.ts";
import { exploreReceive, exploreShare } from "./many.ts";

const many = new URL("many.ts", import.meta.url);
/** Of all pairs, so many are tried here; `npm run proof` tries all. */
const share = 0.005;

describe("a promise under faults", () => {
  it("holds for every single fault, and a share of all pairs", async () => {
    console.log(`seed ${seed}`);
    const tally = await callApart(many, exploreShare, seed, share);
    console.log(tallyText(tally));
    assert.deepEqual(tally.failures, []);
    assert.ok(tally.singles > 800 && tally.pairs > 300, "the exploration has shrunk");
    assert.ok((tally.ends.done ?? 0) > 0 && (tally.ends["in the DLQ"] ?? 0) > 0);
  });

  it("holds for every single fault where the steps are composed by `receive`", async () => {
    const tally = await callApart(many, exploreReceive);
    assert.deepEqual(tally.failures, []);
    assert.ok(tally.singles > 800);
  });
});
