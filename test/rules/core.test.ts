import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { it } from "node:test";

const folder = new URL("../../lambdas/core/", import.meta.url);

it("loads every file of core, so that coverage counts the untested ones", async () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  assert.ok(files.length > 15);
  for (const name of files) {
    const module: object = await import(new URL(name, folder).href);
    assert.equal(Object.prototype.toString.call(module), "[object Module]");
  }
});
