import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { sha256, toHex } from "../../../lambdas/core/bytes/sha256.ts";

describe("a SHA-256", () => {
  it("is Node's, in 32 bytes of memory of its own", () => {
    const contents = Array.from({ length: 300 }, (_, length) => new Uint8Array(length * 7).fill(length));
    const hashes = contents.map((content) => sha256(content));
    for (const [at, content] of contents.entries()) {
      assert.equal(hashes[at]?.length, 32);
      assert.equal(hashes[at].buffer.byteLength, 32);
      assert.equal(toHex(hashes[at]), createHash("sha256").update(content).digest("hex"));
    }
  });
});
