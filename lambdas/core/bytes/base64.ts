import { decode, encode } from "./encoded.ts";

/** Bytes to padded standard base64. */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, "base64");
}

/** Padded standard base64 to bytes, or undefined where the text is not in its one canonical form. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  return decode(text, "base64");
}

/** Base64url, padded or not, to bytes, under the same rule. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bare = text.replace(/={1,2}$/, "");
  return bare !== text && text.length % 4 !== 0 ? undefined : decode(bare, "base64url");
}

/** Bytes to unpadded base64url. */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, "base64url");
}
