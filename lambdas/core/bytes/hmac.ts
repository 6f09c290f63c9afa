import { Buffer } from "node:buffer";
import { type BinaryToTextEncoding, createHash, createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** A piece of what is signed; a text counts in UTF-8. */
export type SignedPart = Uint8Array | string;

/** A key of HMAC: for Node, and as the two blocks that RFC 2104 makes of it. */
export type HmacKey = {
  readonly algorithm: "sha256" | "sha1";
  readonly bytes: Uint8Array;
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
  const blockOf = (mask: number) => Array.from({ length: block }, (_, at) => (short[at] ?? 0) ^ mask);
  const outer = Buffer.alloc(block + hashBytes[algorithm]);
  outer.set(blockOf(0x5c));
  return { algorithm, bytes, secret: createSecretKey(bytes), inner: Buffer.from(blockOf(0x36)), outer };
}

/** The HMAC of the parts. */
export function hmac(key: HmacKey, parts: readonly SignedPart[]): Uint8Array {
  return Buffer.from(hmacText(key, parts, "binary"), "latin1");
}

/**
 * The HMAC of the parts as text (RFC 2104). Two one-shot hashes take 0.6 of the time of Node's HMAC at 1 KB, and half of it in
 * Deno: an HMAC is an object with a stream's parts, and the collector's work with it.
 */
export function hmacText(key: HmacKey, parts: readonly SignedPart[], encoding: BinaryToTextEncoding): string {
  const { algorithm, secret, inner, outer } = key;
  if (sizeOf(parts) > mostCopied) {
    const hmac = createHmac(algorithm, secret);
    for (const part of parts) hmac.update(part);
    return hmac.digest(encoding);
  }
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

function sizeOf(parts: readonly SignedPart[]): number {
  let bytes = 0;
  for (const part of parts) bytes += typeof part === "string" ? Buffer.byteLength(part) : part.length;
  return bytes;
}
