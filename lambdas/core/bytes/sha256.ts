import { createHash } from "node:crypto";
import { encode } from "./encoded.ts";

/** SHA-256 of the bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/** In lower case, as every provider writes it. */
export function toHex(bytes: Uint8Array): string {
  return encode(bytes, "hex");
}
