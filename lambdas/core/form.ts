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

function field(piece: string): readonly [string, string] {
  const at = piece.indexOf("=");
  const [name, value] = at === -1 ? [piece, ""] : [piece.slice(0, at), piece.slice(at + 1)];
  return [decoded(name), decoded(value)];
}

/** @throws {URIError} When a percent sign stands for nothing. */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
