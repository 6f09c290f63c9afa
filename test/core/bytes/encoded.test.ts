import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { decode, encode } from "../../../lambdas/core/bytes/encoded.ts";
import { randomOf, seed } from "../../seed.ts";

const encodings = ["hex", "base64", "base64url"] as const;

describe("the bytes of a text", () => {
  it("make that text, and are none where they make another", () => {
    for (const [text, encoding] of [
      ["0g", "hex"],
      ["00f", "hex"],
      ["AB", "hex"],
      ["QQ", "base64"],
      ["QR==", "base64"],
      ["Q Q=", "base64"],
      ["QQ==", "base64url"],
      ["é", "base64"],
    ] as const)
      assert.equal(decode(text, encoding), undefined, `${text} in ${encoding}`);
    for (const encoding of encodings) assert.deepEqual(decode("", encoding), new Uint8Array());
  });

  it(`are all of their memory, as they may be a key, seed ${seed}`, () => {
    const random = randomOf(seed);
    for (let length = 1; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
      for (const encoding of encodings) {
        const found = decode(encode(bytes, encoding), encoding);
        assert.deepEqual(found, bytes);
        assert.ok((found?.buffer.byteLength ?? 0) <= length + 2);
      }
    }
  });

  it("do not stay in the memory that small buffers share", () => {
    const key = crypto.getRandomValues(new Uint8Array(32));
    const text = btoa(String.fromCharCode(...key));
    assert.deepEqual(decode(text, "base64"), key);
    const pool = new Uint8Array(Buffer.from("one", "latin1").buffer);
    assert.ok(!encode(pool, "hex").includes(encode(key, "hex")));
  });
});
