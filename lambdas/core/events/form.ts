import type { JsonText } from "./json-pointer.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const mostFields = 1024;

/**
 * The fields of a form-encoded body, strictly, in their order. Undefined where it is malformed: bytes that are not UTF-8, an
 * invalid percent sign, or more than 1 024 fields.
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
 * The JSON in the form's one field of this name, and its bytes; undefined where there is none. It looks at the bytes alone,
 * since a content type is not signed and must not change the event.
 */
export function jsonInForm(
  body: Uint8Array,
  name: string,
): (JsonText & { readonly body: Uint8Array<ArrayBuffer> }) | undefined {
  // A text inside JSON may look like such a field, and anybody may have written it.
  if (beginsAsJson(body)) return undefined;
  const text = oneField(formFields(body) ?? [], name);
  if (text === undefined) return undefined;
  try {
    return { json: JSON.parse(text), text, body: new TextEncoder().encode(text) as Uint8Array<ArrayBuffer> };
  } catch {
    return undefined;
  }
}

/** White space of JSON, and the three bytes of a BOM. */
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

/** @throws {URIError} For an invalid percent sign. */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
