import { Buffer } from "node:buffer";
import { type BinaryToTextEncoding, createHash, createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** A piece of what is signed; a text counts in UTF-8. */
export type SignedPart = Uint8Array | string;

/** A key of HMAC: for Node, and as the two blocks that RFC 2104 makes of it. */
export type HmacKey = {
  readonly algorithm: "sha256" | "sha1";
  /** With a key of bytes, Node takes ten times longer. */
  readonly secret: KeyObject;
  readonly inner: Buffer;
  /** Has room for a hash behind the block. */
  readonly outer: Buffer;
};

/** In bytes, for both algorithms. */
const block = 64;
const hashBytes = { sha256: 32, sha1: 20 } as const;

/** Longer content is hashed as it comes: copying it would take longer than what two hashes save. */
const mostCopied = 65_536;

/** The inner block and the content, used again by each call: it is synchronous, so that no other comes between. */
const copied = Buffer.alloc(block + mostCopied);

/** The key of these bytes. */
export function hmacKey(algorithm: HmacKey["algorithm"], bytes: Uint8Array): HmacKey {
  const short = bytes.length > block ? createHash(algorithm).update(bytes).digest() : bytes;
  // Of memory of their own: Node's pool for small buffers is handed out with other ones, as `body.buffer`.
  const [inner, outer] = [Buffer.alloc(block), Buffer.alloc(block + hashBytes[algorithm])];
  for (let at = 0; at < block; at++) {
    inner[at] = (short[at] ?? 0) ^ 0x36;
    outer[at] = (short[at] ?? 0) ^ 0x5c;
  }
  return { algorithm, secret: createSecretKey(bytes), inner, outer };
}

/** The HMAC of the parts, which may be a key: in memory of its own. */
export function hmac(key: HmacKey, parts: readonly SignedPart[]): Uint8Array {
  const made = Buffer.alloc(hashBytes[key.algorithm]);
  made.write(hmacText(key, parts, "binary"), "latin1");
  return made;
}

/**
 * The HMAC of the parts as text (RFC 2104). Two one-shot hashes take 0.6 of the time of Node's HMAC at 1 KB, and half of it in
 * Deno: an HMAC is an object with a stream's parts, and the collector's work with it.
 */
export function hmacText(key: HmacKey, parts: readonly SignedPart[], encoding: BinaryToTextEncoding): string {
  const { algorithm, secret, inner, outer } = key;
  if (sizeOf(parts) <= mostCopied) {
    copied.set(inner);
    let end = block;
    for (const part of parts) {
      if (typeof part === "string") end += copied.write(part, end);
      else {
        copied.set(part, end);
        end += part.length;
      }
    }
    outer.write(hash(algorithm, copied.subarray(0, end), "binary"), block, "latin1");
    return hash(algorithm, outer, encoding);
  }
  // Also for a part of another kind, which has no length: Node's HMAC throws for it.
  const hmac = createHmac(algorithm, secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
}

function sizeOf(parts: readonly SignedPart[]): number {
  let bytes = 0;
  for (const part of parts) bytes += typeof part === "string" ? Buffer.byteLength(part) : part.length;
  return bytes;
}
