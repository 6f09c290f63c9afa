import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { encode } from "./encoded.ts";

/** SHA-256 of the bytes. By way of a text, since a digest with memory of its own takes longer than the hash. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return Buffer.from(hash("sha256", bytes, "binary"), "latin1");
}

/** In lower case, as every provider writes it. */
export function toHex(bytes: Uint8Array): string {
  return encode(bytes, "hex");
}
