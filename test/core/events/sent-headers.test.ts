import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sentHeaders } from "../../../lambdas/core/events/sent-headers.ts";

describe("a header that came twice", () => {
  for (const [values, expected] of [
    [["a", "b"], "a, b"],
    [[" \t ", "right"], ", right"],
    [["right", ""], "right,"],
    [[" a ", "\tb"], "a, b"],
    [["a", "b", "c"], "a, b, c"],
  ] as const) {
    it(`is one value, its blank parts kept: ${JSON.stringify(values)}`, () => {
      const { headers } = sentHeaders(values.map((value, at) => [at === 0 ? "X-Sign" : "x-sign", value] as const));
      assert.equal(headers.get("x-sign")?.trimEnd(), expected);
    });
  }
});
