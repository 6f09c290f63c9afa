import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { page, pageOf, walkFirstHour } from "./first-hour.ts";

// The page is of npm; create.test.ts does the like under Deno.
const skip = "Deno" in globalThis || spawnSync("npx", ["--version"]).error !== undefined;

it("docs/first-hour.md is what a user sees who types its commands", { skip }, async () => {
  assert.equal(
    pageOf(await walkFirstHour()),
    readFileSync(page, "utf8"),
    "node --import ./infra/require-node.js test/package/first-hour.ts --write makes it anew",
  );
});
