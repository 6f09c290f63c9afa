import type { EventFields } from "./events/event-fields.ts";
import type { JsonText } from "./events/json-pointer.ts";

/** What fetches keys and certificates: the global `fetch` has this shape. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** One HTTP attempt of a provider, as it came. `body` holds the exact bytes that were sent. */
export type Delivery = {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /**
   * The names, in lower case, of headers that were sent and that HTTP does not allow: they are not in `headers`. A
   * delivery whose provider reads one of them is refused; to all others they are nothing.
   */
  readonly invalidHeaders?: readonly string[];
  readonly body: Uint8Array<ArrayBuffer>;
  /** The IP address that it came from, where the host knows it. */
  readonly address?: string;
};

/** A delivery as a provider gets it. `read` and `hash` work once, when they are first called, and share their results. */
export type ReadDelivery = Delivery & {
  /** The body's text, and its JSON, which is undefined where the text is not JSON. */
  readonly read: () => JsonText;
  /** The SHA-256 of the body. */
  readonly hash: () => Uint8Array;
};

/** What goes back to the provider. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

declare const verified: unique symbol;

/** A delivery whose signature is right. Only `verify` makes one, so nothing unverified can travel on. */
export type VerifiedDelivery = {
  readonly kind: "verified";
  readonly delivery: ReadDelivery;
  /** Made when they are taken, and anew each time: of a few megabytes there may be a million. */
  readonly events: Iterable<EventFields>;
  /** Which of the configured secrets signed it. */
  readonly secretIndex: number;
  readonly [verified]: true;
};
