import assert from "node:assert/strict";
import { it } from "node:test";
import { measureFinding } from "./finding.ts";

it("the measurement of searches runs, and finds what is there", async () => {
  const { findings } = await measureFinding({ objects: 20, each: 20, daily: 10 });
  assert.deepEqual(
    findings.map(({ found }) => found),
    [100, 200, 200, 1, 1, 400],
  );
});
