import { concat } from "../../core/bytes/concat.ts";
import { type HmacKey, hmac, hmacKey } from "../../core/bytes/hmac.ts";
import { remembering } from "../../core/bytes/remembering.ts";
import { sha256 } from "../../core/bytes/sha256.ts";

/** By the array that the SDK caches: a signing key counts for a day. */
const keys = new WeakMap<Uint8Array, HmacKey>();
const keyOfText = remembering((secret) => hmacKey("sha256", new TextEncoder().encode(secret)));

/** The digests by which the SDK's clients sign, four for each request. Node's own take a twentieth of a delivery's time more. */
export class Sha256 {
  readonly #key: HmacKey | undefined;
  readonly #parts: Uint8Array[] = [];

  constructor(secret?: unknown) {
    if (secret instanceof Uint8Array) this.#key = keyOf(secret);
    else if (typeof secret === "string") this.#key = keyOfText(secret);
  }

  /** @throws {TypeError} The SDK gives bytes; what is no bytes must not be hashed as nothing. */
  update(data: Uint8Array): void {
    if (!(data instanceof Uint8Array))
      throw new TypeError(`Cannot sign request: expected bytes, received ${typeof data}`);
    this.#parts.push(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#key === undefined ? sha256(concat(this.#parts)) : hmac(this.#key, this.#parts);
  }

  reset(): void {
    this.#parts.length = 0;
  }
}

function keyOf(secret: Uint8Array): HmacKey {
  const key = keys.get(secret) ?? hmacKey("sha256", secret);
  keys.set(secret, key);
  return key;
}
