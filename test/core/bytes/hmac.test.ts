import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { hmac, hmacKey, hmacText, type SignedPart } from "../../../lambdas/core/bytes/hmac.ts";
import { randomOf, seed } from "../../seed.ts";

const encodings = ["hex", "base64", "base64url"] as const;
const algorithms = ["sha256", "sha1"] as const;

/** By Node alone. */
function byNode(
  algorithm: string,
  secret: Uint8Array,
  parts: readonly SignedPart[],
  encoding: "hex" | "base64",
): string {
  const hmac = createHmac(algorithm, secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
}

function isEqual(secret: Uint8Array, parts: readonly SignedPart[]): void {
  for (const algorithm of algorithms) {
    const key = hmacKey(algorithm, secret);
    for (const encoding of encodings) {
      const expected = byNode(algorithm, secret, parts, encoding as "hex");
      const sizes = parts.map(({ length }) => length).join();
      assert.equal(
        hmacText(key, parts, encoding),
        expected,
        `${algorithm}, key of ${secret.length}, parts of ${sizes}`,
      );
    }
  }
}

describe("an HMAC", () => {
  it("is that of RFC 4231, case 2", () => {
    const key = hmacKey("sha256", Buffer.from("Jefe"));
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert.equal(hmacText(key, ["what do ya want ", Buffer.from("for nothing?")], "hex"), expected);
  });

  it("is Node's for keys around the length of a block, and longer ones", () => {
    for (const length of [1, 19, 20, 32, 63, 64, 65, 128, 4096]) isEqual(new Uint8Array(length).fill(0xa5), ["text"]);
  });

  it("is Node's for content around the length up to which it is copied", () => {
    const secret = Buffer.from("secret");
    for (const length of [0, 1, 63, 64, 65, 65_535, 65_536, 65_537, 200_000])
      isEqual(secret, [new Uint8Array(length).fill(7)]);
    // Texts whose characters take one to four bytes, with an unpaired half of one.
    for (const text of ["a", "é", "€", "😀", "\ud83d"]) {
      for (const times of [1, 1000, 16_384, 21_845, 21_846, 32_768, 65_536]) isEqual(secret, [text.repeat(times), "."]);
    }
  });

  it("is in bytes what it is as text, and its key and it share no memory with other buffers", () => {
    for (const algorithm of algorithms) {
      const key = hmacKey(algorithm, Buffer.from("secret"));
      const made = hmac(key, ["text"]);
      assert.equal(Buffer.from(made).toString("hex"), hmacText(key, ["text"], "hex"));
      for (const { buffer, length } of [made, key.inner, key.outer]) assert.equal(buffer.byteLength, length);
    }
  });

  it("is none of a part that is no bytes, and the next one is right", () => {
    const [secret, body] = [Buffer.from("secret"), Buffer.from("text")];
    const key = hmacKey("sha256", secret);
    for (const part of [new ArrayBuffer(4), 7, undefined, new Blob(["text"])]) {
      assert.throws(() => hmacText(key, ["1.", part as unknown as string], "hex"), TypeError);
      assert.equal(hmacText(key, [body], "hex"), byNode("sha256", secret, [body], "hex"));
    }
  });

  it(`of one key and content does not depend on those before, seed ${seed}`, () => {
    const random = randomOf(seed);
    const upTo = (most: number) => Math.floor(random() * (most + 1));
    const bytes = (length: number) => Uint8Array.from({ length }, () => upTo(255));
    const keys = Array.from({ length: 8 }, () => bytes(1 + upTo(100))).map((secret) => ({
      secret,
      key: hmacKey(algorithms[upTo(1)] ?? "sha1", secret),
    }));
    for (let round = 0; round < 500; round++) {
      const { secret, key } = keys[upTo(7)] as (typeof keys)[number];
      const parts = Array.from({ length: upTo(3) }, () => (random() < 0.5 ? bytes(upTo(300)) : "é".repeat(upTo(90))));
      assert.equal(hmacText(key, parts, "base64"), byNode(key.algorithm, secret, parts, "base64"), `round ${round}`);
    }
  });
});
