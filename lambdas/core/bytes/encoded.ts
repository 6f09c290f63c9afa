import { Buffer } from "node:buffer";

/** Hex in lower case, base64 with its padding, base64url without. */
export type Encoding = "hex" | "base64" | "base64url";

/** Bytes as a text. */
export function encode(bytes: Uint8Array, encoding: Encoding): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding);
}

/**
 * The bytes of a text, or undefined where it is not their one spelling: `Buffer` skips what it cannot read, and then the bytes
 * make another text.
 */
export function decode(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, encoding);
  // A copy, since `Buffer` shares its memory among small ones.
  return bytes.toString(encoding) === text ? new Uint8Array(bytes) : undefined;
}
