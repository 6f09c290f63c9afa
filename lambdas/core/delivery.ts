import type { EventFields } from "./events/event-fields.ts";
import type { JsonText } from "./events/json-pointer.ts";

/** Fetches keys and certificates; the global `fetch` has this shape. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** One HTTP attempt of a provider. `body` holds the exact bytes that were sent. */
export type Delivery = {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /**
   * The names, in lower case, of sent headers that HTTP does not allow; they are not in `headers`. A delivery is refused where
   * its provider reads one of them; otherwise they have no meaning.
   */
  readonly invalidHeaders?: readonly string[];
  readonly body: Uint8Array<ArrayBuffer>;
  /** The sender's IP address, where the host knows it. */
  readonly address?: string;
};

/** A delivery as a provider gets it. `read` and `hash` work once, at the first call, and share their results. */
export type ReadDelivery = Delivery & {
  /** The body's text, and its JSON, which is undefined where the text is not JSON. */
  readonly read: () => JsonText;
  /** The SHA-256 of the body. */
  readonly hash: () => Uint8Array;
};

/** The HTTP response to the provider. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

declare const verified: unique symbol;

/** A delivery with a right signature. Only `verify` makes one, so nothing unverified is passed on. */
export type VerifiedDelivery = {
  readonly kind: "verified";
  readonly delivery: ReadDelivery;
  /** Created on iteration, and anew each time: a few megabytes may hold a million. */
  readonly events: Iterable<EventFields>;
  /** The place of the secret that signed it, among those configured. */
  readonly secretIndex: number;
  readonly [verified]: true;
};
