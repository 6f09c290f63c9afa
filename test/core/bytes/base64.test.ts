import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "../../../lambdas/core/bytes/base64.ts";
import { randomOf, seed } from "../../seed.ts";

describe("base64", () => {
  it("brings back any bytes, and writes what Node writes", (test) => {
    test.diagnostic?.(`HOOKLINE_SEED=${seed}`);
    const random = randomOf(seed);
    for (const length of [...Array(200).keys(), 0x7fff, 0x8000, 0x8001, 100_000]) {
      const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
      const told = `seed ${seed}, ${length} bytes`;
      assert.equal(toBase64(bytes), Buffer.from(bytes).toString("base64"), told);
      assert.equal(toBase64Url(bytes), Buffer.from(bytes).toString("base64url"), told);
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes, told);
      assert.deepEqual(fromBase64Url(toBase64Url(bytes)), bytes, told);
    }
  });

  it("is taken in its one canonical form only", () => {
    for (const text of [
      "A",
      "AA",
      "AAA",
      "AA=",
      "A===",
      "====",
      "=AAA",
      "AA==AA==",
      "AAAA\n",
      " AAAA",
      "AA-_",
      "AB==",
      "AAB=",
      "ÄAAA",
    ]) {
      assert.equal(fromBase64(text), undefined, JSON.stringify(text));
    }
    for (const [text, bytes] of [
      ["", []],
      ["AA==", [0]],
      ["AAA=", [0, 0]],
      ["AAAA", [0, 0, 0]],
      ["+/+/", [251, 255, 191]],
    ] as const) {
      assert.deepEqual(fromBase64(text), Uint8Array.from(bytes));
    }
  });

  it("for URLs is taken with right padding or none, never in the standard alphabet", () => {
    for (const text of ["A", "AA=", "AAA==", "AB", "AAB", "+/+/", "AA===", "A A", "AAAA=", "YW=I", "=AAA"]) {
      assert.equal(fromBase64Url(text), undefined, JSON.stringify(text));
    }
    for (const [text, bytes] of [
      ["", []],
      ["AA", [0]],
      ["AA==", [0]],
      ["AAA", [0, 0]],
      ["AAA=", [0, 0]],
      ["-_-_", [251, 255, 191]],
    ] as const) {
      assert.deepEqual(fromBase64Url(text), Uint8Array.from(bytes));
    }
  });

  it("has one text for each value: every accepted text of four characters encodes to itself", () => {
    const alphabet = "AQgwBZ+/=";
    for (const a of alphabet)
      for (const b of alphabet)
        for (const c of alphabet)
          for (const d of alphabet) {
            const bytes = fromBase64(a + b + c + d);
            if (bytes !== undefined) assert.equal(toBase64(bytes), a + b + c + d);
          }
  });
});
