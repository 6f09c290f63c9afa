import assert from "node:assert/strict";
import { it } from "node:test";
import { measure, searches, withArchive } from "./finding.ts";

it("the measurement of searches runs, and finds what is there", async () => {
  const found = await withArchive({ objects: 20, each: 20, daily: 10 }, async (archive) => {
    const findings: number[] = [];
    for (const name of Object.keys(searches)) findings.push((await measure(name, archive)).found);
    return findings;
  });
  assert.deepEqual(found, [100, 200, 200, 400, 1, 1]);
});
