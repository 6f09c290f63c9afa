import assert from "node:assert/strict";
import { it } from "node:test";
import { firstContents } from "./speed.ts";

it("the measurement of first content runs, over each page", async () => {
  const found = await firstContents({ objects: 5, each: 20, daily: 10 }, 1);
  assert.deepEqual(
    found.map(({ page }) => page),
    ["Overview", "Events", "Event"],
  );
  for (const { page, milliseconds, ofFile } of found) assert.ok(milliseconds > 0 && ofFile > 0, page);
});
