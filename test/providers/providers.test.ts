import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { providers } from "../../lambdas/providers/mod.ts";
import { testProvider } from "../contract/provider.ts";
import { rows } from "./rows.ts";

describe("the suite", () => {
  it("has a row for every provider, and none besides", () => {
    assert.deepEqual(Object.keys(rows).sort(), Object.keys(providers).sort());
  });
});

for (const [name, provider] of Object.entries(providers)) {
  const row = rows[name];
  if (row !== undefined) testProvider(provider, row);
}
