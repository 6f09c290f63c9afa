import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callApart } from "../../apart.ts";
import { seed } from "../../seed.ts";
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

/** `npm run proof` sends a million. */
const requests = 5000;

describe("whatever is sent", () => {
  it(`gets its one right answer, and none is a fault (seed ${seed})`, async () => {
    const {
      requests: made,
      answers,
      failures,
    } = await callApart(new URL("fuzz.ts", import.meta.url), fuzz, seed, requests);
    assert.deepEqual(failures, []);
    assert.equal(made, requests);
    // A run that reaches less than everything would show less than it says.
    assert.deepEqual(Object.keys(answers).sort(), [...outcomes, ...reasons].sort());
  });
});
