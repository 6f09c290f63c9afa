import assert from "node:assert/strict";
import { it } from "node:test";
import { randomOf, seed } from "../seed.ts";
import { replay, replayed } from "./replay.ts";

it("replays walks of the model through the real receiver: the same calls in the same order, the same records", async (test) => {
  test.diagnostic?.(`HOOKLINE_SEED=${seed}`);
  const random = randomOf(seed);
  let steps = 0;
  for (let walk = 0; walk < 300; walk += 1) for (const size of replayed) steps += await replay(size, random);
  test.diagnostic?.(`${steps} steps compared`);
  assert.ok(steps > 5000);
});
