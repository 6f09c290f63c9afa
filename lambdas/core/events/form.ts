import type { JsonText } from "./json-pointer.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const mostFields = 1024;

/**
 * The fields of a form-encoded body, strictly, in their order. Undefined where it is none: bytes that are not UTF-8, a
 * percent sign that stands for nothing, or more than 1 024 fields.
 */
export function formFields(body: Uint8Array): readonly (readonly [string, string])[] | undefined {
  try {
    const pieces = utf8.decode(body).split("&", mostFields + 1);
    if (pieces.length > mostFields) return undefined;
    return pieces.filter((piece) => piece !== "").map(field);
  } catch {
    return undefined;
  }
}

/** The one field of this name; undefined where there is none, or more than one. */
export function oneField(fields: readonly (readonly [string, string])[], name: string): string | undefined {
  const found = fields.filter(([other]) => other === name);
  return found.length === 1 ? found[0]?.[1] : undefined;
}

/**
 * The JSON that a form has in its one field of this name, and its bytes. Undefined where there is none.
 *
 * By the bytes alone, since they are signed and a content type is not: another one must not make another event of them.
 */
export function jsonInForm(
  body: Uint8Array,
  name: string,
): (JsonText & { readonly body: Uint8Array<ArrayBuffer> }) | undefined {
  // A text within JSON may hold such a field, in words of anybody's.
  if (beginsAsJson(body)) return undefined;
  const text = oneField(formFields(body) ?? [], name);
  if (text === undefined) return undefined;
  try {
    return { json: JSON.parse(text), text, body: new TextEncoder().encode(text) as Uint8Array<ArrayBuffer> };
  } catch {
    return undefined;
  }
}

/** Blanks of JSON, and the three bytes of a BOM. */
const before: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

function beginsAsJson(body: Uint8Array): boolean {
  let at = 0;
  while (before.has(body[at])) at += 1;
  return at < body.length && '{["'.includes(String.fromCharCode(body[at] ?? 0));
}

function field(piece: string): readonly [string, string] {
  const at = piece.indexOf("=");
  const [name, value] = at === -1 ? [piece, ""] : [piece.slice(0, at), piece.slice(at + 1)];
  return [decoded(name), decoded(value)];
}

/** @throws {URIError} When a percent sign stands for nothing. */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
