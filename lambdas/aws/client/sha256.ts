import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from "node:crypto";

/** By the array that the SDK caches: a signing key counts for a day. */
const keys = new WeakMap<Uint8Array, KeyObject>();

/** The digests by which the SDK's clients sign. Node 24 takes some 50 µs for a key of bytes at each use, and 1 µs for a `KeyObject`. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: unknown) {
    if (secret instanceof Uint8Array) this.#hash = createHmac("sha256", keyOf(secret));
    else this.#hash = typeof secret === "string" ? createHmac("sha256", secret) : createHash("sha256");
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

function keyOf(secret: Uint8Array): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(secret);
  keys.set(secret, key);
  return key;
}
