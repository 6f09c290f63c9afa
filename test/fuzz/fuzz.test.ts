import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seed } from "../seed.ts";
import { fuzz } from "./fuzz.ts";

const outcomes = ["accepted", "duplicate", "ignored"];
const reasons = [
  ...["request-malformed", "source-unknown", "method-not-allowed", "body-too-large", "signature-missing"],
  ...[
    "signature-malformed",
    "signature-wrong",
    "timestamp-malformed",
    "timestamp-outside-window",
    "header-contradicts",
  ],
];

describe("whatever is sent", () => {
  it(`gets its one right answer, and none is a fault (seed ${seed})`, async () => {
    const { requests, answers, failures } = await fuzz(seed, 10_000, () => {});
    assert.deepEqual(failures, []);
    assert.equal(requests, 10_000);
    // A run that reaches less than everything would show less than it says.
    assert.deepEqual(Object.keys(answers).sort(), [...outcomes, ...reasons].sort());
  });
});
