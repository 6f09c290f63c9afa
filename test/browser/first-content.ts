import assert from "node:assert/strict";
import { it } from "node:test";
import { firstContents } from "./speed.ts";

it("the measurement of first content runs, over each page", async () => {
  const found = await firstContents({ objects: 5, each: 20, daily: 10 }, 1);
  assert.deepEqual(
    found.map(({ page }) => page),
    ["Overview", "Events", "Event"],
  );
  for (const { page, ofPage, ofFile } of found) {
    for (const times of [ofPage, ofFile]) assert.ok(times.length === 1 && (times[0] ?? 0) > 0, page);
  }
});
