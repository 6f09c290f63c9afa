import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAhead } from "../../../operate/events/read-ahead.ts";

describe("readAhead", () => {
  /** Gives 0, 1 and 2, and notes what it does. */
  function counted(failsAt = Number.POSITIVE_INFINITY) {
    const notes: string[] = [];
    async function* items() {
      try {
        for (let item = 0; item < 3; item += 1) {
          if (item === failsAt) throw new Error(`fails at ${item}`);
          notes.push(`made ${item}`);
          yield item;
        }
      } finally {
        notes.push("ended");
      }
    }
    return { notes, items: items() };
  }

  it("gives all in their order, and has the next one made while one is used", async () => {
    const { notes, items } = counted();
    for await (const item of readAhead(items)) {
      await new Promise((resolve) => setImmediate(resolve));
      notes.push(`used ${item}`);
    }
    assert.deepEqual(notes, ["made 0", "made 1", "used 0", "made 2", "used 1", "ended", "used 2"]);
  });

  it("ends the generator where its user ends before it", async () => {
    const { notes, items } = counted();
    for await (const _ of readAhead(items)) break;
    assert.equal(notes.at(-1), "ended");
  });

  it("fails after the items before the failure", async () => {
    const given: number[] = [];
    const all = async () => {
      for await (const item of readAhead(counted(2).items)) given.push(item);
    };
    await assert.rejects(all(), /fails at 2/);
    assert.deepEqual(given, [0, 1]);
  });

  it("leaves no failure unheard that comes after its user has ended", async () => {
    for await (const _ of readAhead(counted(1).items)) break;
    await new Promise((resolve) => setImmediate(resolve));
  });
});
