import type { Delivery, EventFields, Field, HeaderValue, Provider } from "./provider.ts";
import { InvalidHeaderError } from "./sent-headers.ts";

const utf8 = new TextDecoder();

/** The JSON of a body, or undefined where it holds none. Bytes that are not UTF-8 become U+FFFD; a BOM is dropped. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}

/** What an RFC 6901 pointer finds. Own properties only: `/constructor` finds nothing in `{}`. */
export function at(json: unknown, pointer: string): unknown {
  let found = json;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

/** What a pointer finds, where it is a text that is not empty or a number. */
export function textAt(json: unknown, pointer: string): string | undefined {
  return text(at(json, pointer));
}

/** The texts that a {@linkcode HeaderValue} reads, or undefined where the header is missing. */
export function headerTexts(headers: Headers, value: HeaderValue): readonly string[] | undefined {
  const text = headers.get(value.header);
  if (text === null) return undefined;
  const take = value.take ?? "";
  return (value.split === undefined ? [text] : text.split(value.split))
    .map(withoutBlanks)
    .filter((piece) => piece.startsWith(take) && piece.length > take.length)
    .map((piece) => piece.slice(take.length));
}

/**
 * Without the spaces and tabs around it, all that HTTP allows there: `trim` takes U+00A0 and others too, and one
 * signature would have many spellings. No regular expression, since those need the square of a header's length.
 */
function withoutBlanks(piece: string): string {
  let [from, to] = [0, piece.length];
  // Both end: past either end there is no character.
  while (isBlank(piece[from])) from += 1;
  while (isBlank(piece[to - 1])) to -= 1;
  return piece.slice(from, to);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

/**
 * What a delivery says about its events. Call it with verified bytes only.
 *
 * Never throws for anything a body can hold: what cannot be read is left out.
 */
export function eventFields(provider: Provider, delivery: Delivery): readonly EventFields[] {
  if (typeof provider.events === "function") {
    try {
      return provider.events(delivery);
    } catch (error) {
      if (error instanceof InvalidHeaderError) throw error;
      return [{}];
    }
  }
  const { id, type, tenant, livemode } = provider.events;
  let parsed: { readonly json: unknown } | undefined;
  const read = (field: Field | undefined): unknown => {
    if (field === undefined) return undefined;
    if ("header" in field) return delivery.headers.get(field.header) ?? undefined;
    parsed ??= { json: parseJson(delivery.body) };
    for (const pointer of typeof field.json === "string" ? [field.json] : field.json) {
      const found = at(parsed.json, pointer);
      if (found !== undefined && found !== null) return found;
    }
    return undefined;
  };
  const fields = {
    id: text(read(id)),
    type: text(read(type)),
    tenant: text(read(tenant)),
    livemode: flag(read(livemode)),
  };
  const unsigned = (
    [
      ["id", id],
      ["type", type],
    ] as const
  )
    .filter(([name, field]) => fields[name] !== undefined && isUnsigned(provider, name, field))
    .map(([name]) => name);
  return [{ ...defined(fields), ...(unsigned.length > 0 ? { unsigned } : {}) }];
}

/**
 * The first header that says something else than the body does: an `echo` of a {@linkcode Field}. Where the body has no
 * value there is nothing to contradict, and the header is not believed either.
 */
export function contradicted(
  provider: Provider,
  headers: Headers,
  fields: EventFields | undefined,
): string | undefined {
  if (typeof provider.events === "function") return undefined;
  for (const name of ["id", "type", "tenant", "livemode"] as const) {
    const field = provider.events[name];
    const echo = field !== undefined && "json" in field ? field.echo : undefined;
    const value = fields?.[name];
    const repeated = echo === undefined ? null : headers.get(echo);
    if (value !== undefined && repeated !== null && repeated !== String(value)) return echo;
  }
  return undefined;
}

/** A header is signed only where the scheme signs it, and only `id` can be: see `Part`. */
function isUnsigned(provider: Provider, name: "id" | "type", field: Field | undefined): boolean {
  if (field === undefined || !("header" in field)) return false;
  const { verification } = provider;
  return !(name === "id" && typeof verification === "object" && verification.signed.includes("id"));
}

function text(value: unknown): string | undefined {
  if (Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "boolean" ? value : undefined;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without its undefined properties: optional fields are left out, never undefined. */
export function defined<T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
