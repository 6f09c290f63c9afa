import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { remembering } from "../../../lambdas/core/bytes/remembering.ts";

describe("remembering", () => {
  it("computes once for each text, undefined included, and forgets the oldest beyond 256", () => {
    const computed: string[] = [];
    const length = remembering((text) => {
      computed.push(text);
      return text === "" ? undefined : text.length;
    });
    for (const text of ["", "abc", "", "abc"]) assert.equal(length(text), text === "" ? undefined : 3);
    assert.deepEqual(computed, ["", "abc"]);
    for (let index = 0; index < 255; index++) length(`${index}`);
    assert.equal(length("abc"), 3);
    assert.equal(computed.length, 257, "abc is remembered");
    length("");
    assert.equal(computed.length, 258, "the oldest is computed anew");
  });
});
