const chunk = 0x8000;

/** Bytes to padded standard base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In chunks, since a call takes a limited number of arguments.
  for (let at = 0; at < bytes.length; at += chunk) {
    text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  }
  return btoa(text);
}

/** Padded standard base64 to bytes, or undefined where the text is not in its one canonical form. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  // Spare bits of the last character must be zero, else several texts would mean the same bytes.
  return text.endsWith("=") && toBase64(bytes.subarray(-(bytes.length % 3 || 3))) !== text.slice(-4)
    ? undefined
    : bytes;
}

/** Base64url, padded or not, to bytes, under the same rule. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bare = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9_-]*$/.test(bare) || (bare !== text && text.length % 4 !== 0)) return undefined;
  const standard = bare.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(standard + "=".repeat((4 - (standard.length % 4)) % 4));
}

/** Bytes to unpadded base64url. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
