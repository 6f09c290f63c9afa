import assert from "node:assert/strict";
import { it } from "node:test";
import { seed } from "../../seed.ts";
import { playArchive } from "./whole.ts";

it("events and replays tell and do what the test knows itself, on a whole local run", async (t) => {
  t.diagnostic(`seed ${seed}; the whole of it: node --import ./infra/require-node.js test/proof/archive/play.ts`);
  assert.deepEqual(await playArchive({ count: 120, seed, kills: false, signal: t.signal }), []);
});
