import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { InvokeResult } from "../../../local/lambda/function-definition.ts";
import { readBatchOutcome } from "../../../local/mapping/batch-outcome.ts";

const success = (payload: unknown): InvokeResult => ({ ok: true, payload });

describe("an answer to a batch", () => {
  const ids = ["a", "b"];
  const answers: readonly [string, unknown, readonly string[]][] = [
    ["null", null, ids],
    ["an empty object", {}, ids],
    ["no failures", { batchItemFailures: [] }, ids],
    ["null failures", { batchItemFailures: null }, ids],
    ["one failure", { batchItemFailures: [{ itemIdentifier: "a" }] }, ["b"]],
    ["the same failure twice", { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "a" }] }, ["b"]],
    ["all failures", { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) }, []],
    ["an unknown id", { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "z" }] }, []],
    ["an empty id", { batchItemFailures: [{ itemIdentifier: "" }] }, []],
    ["a null id", { batchItemFailures: [{ itemIdentifier: null }] }, []],
    ["a misspelt key", { batchItemFailures: [{ itemIdentifer: "a" }] }, []],
    ["a bare id", { batchItemFailures: ["a"] }, []],
    ["a null item", { batchItemFailures: [null] }, []],
    ["failures that are no list", { batchItemFailures: { itemIdentifier: "a" } }, []],
    ["text", "done", []],
    ["a list", [], []],
  ];
  for (const [title, payload, succeeded] of answers) {
    it(`of ${title} deletes ${succeeded.join(" and ") || "nothing"}`, () => {
      assert.deepEqual(readBatchOutcome(success(payload), ids, true).succeeded, succeeded);
    });
  }

  it("is not read without ReportBatchItemFailures", () => {
    const failures = success({ batchItemFailures: [{ itemIdentifier: "a" }] });
    assert.deepEqual(readBatchOutcome(failures, ids, false), { succeeded: ids });
    assert.deepEqual(readBatchOutcome({ ok: false, errorType: "E", errorMessage: "m" }, ids, false).succeeded, []);
  });
});
