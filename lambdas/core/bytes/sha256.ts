import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { encode } from "./encoded.ts";

/** SHA-256 of the bytes. By way of a text: Node makes a digest as bytes in twice the time. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const made = Buffer.alloc(32);
  made.write(hash("sha256", bytes, "binary"), "latin1");
  return made;
}

/** In lower case, as every provider writes it. */
export function toHex(bytes: Uint8Array): string {
  return encode(bytes, "hex");
}
