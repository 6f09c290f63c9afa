import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { page, pageOf, picture, walkFirstHour } from "./first-hour.ts";
import { svgOf } from "./first-hour-svg.ts";

// The page is of npm; create.test.ts does the like under Deno.
const skip = "Deno" in globalThis || spawnSync("npx", ["--version"]).error !== undefined;

const howTo = "node --import ./infra/require-node.js test/package/first-hour.ts --write makes it anew";

it("docs/first-hour.md and its picture are what a user sees who types its commands", { skip }, async () => {
  const parts = await walkFirstHour();
  assert.equal(pageOf(parts), readFileSync(page, "utf8"), howTo);
  const svg = readFileSync(picture, "utf8");
  assert.equal(svgOf(parts), svg, howTo);
  assert.ok(svg.length < 60_000 && !/<script|href|url\(/.test(svg));
});
