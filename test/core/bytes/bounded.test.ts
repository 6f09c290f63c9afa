import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mapBounded } from "../../../lambdas/core/bytes/bounded.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Works on so many items, each as many turns long as its place from the end; says how many ran at once at most. */
async function run(count: number, most: number) {
  let running = 0;
  let atOnce = 0;
  const items = Array.from({ length: count }, (_, at) => `item ${at}`);
  const results = await mapBounded(items, most, async (item, index) => {
    running += 1;
    atOnce = Math.max(atOnce, running);
    for (let left = count - index; left > 0; left -= 1) await turn();
    running -= 1;
    return `${index}: ${item}`;
  });
  assert.deepEqual(
    results,
    items.map((item, index) => `${index}: ${item}`),
  );
  return atOnce;
}

describe("work on many items", () => {
  it("runs at most so many items at a time", async () => {
    assert.equal(await run(7, 1), 1);
    assert.equal(await run(7, 3), 3);
  });

  it("runs all items at once where they are fewer, and nothing for no items", async () => {
    assert.equal(await run(2, 100), 2);
    assert.equal(await run(0, 3), 0);
  });

  it("fails with the first that fails", async () => {
    const work = async (item: number) => {
      if (item > 1) throw new Error(`item ${item}`);
    };
    await assert.rejects(mapBounded([1, 2, 3], 2, work), /item 2/);
  });
});
