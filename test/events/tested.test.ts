import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { it } from "node:test";
import { files } from "./queued-sample.ts";

it("there is a test of each event file, under its name", () => {
  for (const { name } of files) {
    assert.ok(existsSync(new URL(`${name}.test.ts`, import.meta.url)), `test/events/${name}.test.ts is not there`);
  }
});
