import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { composedId } from "../../../lambdas/core/events/composed-id.ts";
import { randomOf, seed } from "../../seed.ts";

describe("a composed id", () => {
  it("is written as URLSearchParams writes a form, for random names and values", () => {
    console.log(`seed ${seed}`);
    const random = randomOf(seed);
    const character = () => String.fromCodePoint(Math.floor(random() ** 4 * 0xd800));
    const text = () => Array.from({ length: Math.floor(random() * 6) }, character).join("");
    const fixed = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
    assert.equal(composedId({ a: fixed, [fixed]: "🦊" }), `${new URLSearchParams({ a: fixed, [fixed]: "🦊" })}`);
    for (let round = 0; round < 2000; round += 1) {
      const parts = Array.from({ length: 4 }, () => [text(), text()] as const);
      const kept = [...new Map(parts)].filter(([, value]) => value !== "");
      // As an object orders them.
      const expected = new URLSearchParams(Object.entries(Object.fromEntries(kept)));
      assert.equal(composedId(Object.fromEntries(parts)), `${expected}`, `seed ${seed}, round ${round}`);
    }
  });

  it("omits absent and empty parts", () => {
    assert.equal(composedId({ order: "7", refund: undefined, note: "", status: "paid" }), "order=7&status=paid");
    assert.equal(composedId({}), "");
  });

  it("tells values apart that are not valid Unicode", () => {
    const ids = ["\ud800", "\ud801", "\udc00\ud800", "\ufffd", '"\\ud800"'].map((value) => composedId({ value }));
    assert.deepEqual(ids.slice(0, 2), ["value*=%22%5Cud800%22", "value*=%22%5Cud801%22"]);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(composedId({ "\ud800": "a" }), "%EF%BF%BD=a");
  });
});
