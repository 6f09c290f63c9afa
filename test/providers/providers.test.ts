import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { providers } from "../../lambdas/providers/mod.ts";
import { testCodedProvider, testProvider } from "../contract/provider.ts";
import { codedRows, rows } from "./rows.ts";

describe("the suite", () => {
  it("has a row for every provider, and no other", () => {
    assert.deepEqual([...Object.keys(rows), ...Object.keys(codedRows)].sort(), Object.keys(providers).sort());
  });
});

for (const [name, provider] of Object.entries(providers)) {
  const row = rows[name];
  const codedRow = codedRows[name];
  if (row !== undefined) testProvider(provider, row);
  if (codedRow !== undefined) testCodedProvider(provider, codedRow);
}
