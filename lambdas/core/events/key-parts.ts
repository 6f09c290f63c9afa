import { toBase64Url } from "../bytes/base64.ts";
import { sha256 } from "../bytes/sha256.ts";

/** The parts of a key, in this order. An absent part adds nothing. See DECISIONS 42. */
export type KeyParts = {
  /** Reserved: the tenant, where tenants of a source share ids. */
  readonly tenant?: string;
  readonly id?: string;
  /** A hash of the event's bytes. */
  readonly body?: string;
  readonly type?: string;
  /** The place among equal events of one delivery; the first has none. */
  readonly place?: number;
  /** A random text, for a delivery that is an event of its own. */
  readonly delivery?: string;
  readonly period?: string;
  /** The id of the replay that runs the event again. */
  readonly replay?: string;
};

const order = ["tenant", "id", "body", "type", "place", "delivery", "period", "replay"] as const;

/**
 * The parts of a key as one text, `#<name>=<value>` each. A value has no `#`, and no `=` after its first character, so that no
 * part can pass for another. A value that is long or not valid Unicode is hashed, after a `=` (a DynamoDB key has at most 2 048
 * bytes).
 */
export function formatParts(parts: KeyParts): string {
  return order.map((name) => (parts[name] === undefined ? "" : `#${name}=${encode(String(parts[name]))}`)).join("");
}

function encode(value: string): string {
  if (value.isWellFormed()) {
    const encoded = encodeURIComponent(value);
    if (encoded.length <= 256) return encoded;
  }
  // JSON keeps lone surrogates apart, which UTF-8 does not.
  return `=${toBase64Url(sha256(new TextEncoder().encode(JSON.stringify(value))))}`;
}
