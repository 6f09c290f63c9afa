import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callApart } from "../../apart.ts";
import { playAll } from "./equal-bodies-stories.ts";

describe("two events with equal bytes a window apart, whatever befalls two deliveries of each", () => {
  it("are each processed, once where every claim had an answer, in any order of their copies", async () => {
    const twice = await callApart(new URL("equal-bodies-stories.ts", import.meta.url), playAll);
    assert.ok(twice > 0, "a copy that was sent without a claim has no period but its own");
  });
});
