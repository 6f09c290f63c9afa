import { toBase64Url } from "../bytes/base64.ts";
import { sha256 } from "../bytes/sha256.ts";

/** The parts that a key may have, in this order. A part that is absent adds nothing. See DECISIONS 42. */
export type KeyParts = {
  /** Reserved: whose event it is, where tenants of a source share ids. */
  readonly tenant?: string;
  readonly id?: string;
  /** A hash of the event's bytes. */
  readonly body?: string;
  readonly type?: string;
  /** Among events of one delivery that nothing else tells apart; the first has none. */
  readonly place?: number;
  /** Of a delivery that is an event of its own: a random text. */
  readonly delivery?: string;
  readonly period?: string;
  /** Reserved: which replay it is run again by. */
  readonly replay?: string;
};

const order = ["tenant", "id", "body", "type", "place", "delivery", "period", "replay"] as const;

/**
 * The parts of a key as one text, `#<name>=<value>` each. A value holds neither `#` nor a `=` after its first character,
 * so that no part can be taken for another; one that is long or no Unicode is hashed, behind a `=` (a DynamoDB key holds
 * 2 048 bytes).
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
