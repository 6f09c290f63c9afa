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
  // Memory of its own: it may be a key, and `Buffer.from` would leave it in a pool that is handed out with other buffers.
  const room = new Uint8Array(Buffer.byteLength(text, encoding));
  const bytes = Buffer.from(room.buffer);
  const written = bytes.write(text, encoding);
  return bytes.toString(encoding, 0, written) === text ? room.subarray(0, written) : undefined;
}
