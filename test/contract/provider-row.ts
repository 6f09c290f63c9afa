import type { EventFields } from "../../lambdas/core/provider.ts";
import type { Variant } from "./provider-variants.ts";

/** What is read of an event, but for its bytes. */
export type ReadFields = Omit<EventFields, "body">;

type AnyRow = {
  readonly secret: string;
  /** Of the same form. */
  readonly otherSecret: string;
  /** What signs, where it is another than what verifies: see `SignOptions`. */
  readonly signingSecret?: string;
  /** Secrets that are not of the form that the provider gives out. */
  readonly unfitSecrets?: readonly string[];
  /** The URL as registered, where it is signed. */
  readonly url?: string;
  /** Whether the signature covers the body. */
  readonly coversBody: boolean;
  /** What else can go wrong with this provider alone. */
  readonly more?: readonly Variant[];
};

/** What a provider sends, made by `node:crypto` and plain text alone: the vectors of the suite in `provider.ts`. */
export type ProviderRow = AnyRow & {
  /** A JSON body, and what is read of a delivery with it. */
  readonly body: string;
  readonly event?: ReadFields;
  /** Where a delivery holds several events; `body` is an event's own bytes as text. */
  readonly events?: readonly (ReadFields & { readonly body?: string })[];
  /** The header that bears the signature. */
  readonly header: string;
  /**
   * How signatures stand in it: alone, behind a label, behind labels in a list with commas or semicolons (the time among
   * them) or with spaces, or as a token that signs nothing.
   */
  readonly form: "bare" | "labelled" | "commas" | "semicolons" | "spaces" | "token";
  readonly encoding: "hex" | "base64" | "base64url" | "text";
  /** What stands before a signature. */
  readonly label: string;
  /** Labels that must never count. */
  readonly otherLabels: readonly string[];
  /** How far a signed time may be off, in seconds; left out where none is signed. */
  readonly windowSeconds?: number;
  /** How a signed time is written. Default: `seconds`. */
  readonly timeUnit?: "seconds" | "milliseconds" | "iso";
  /** The body at a time, as JSON would write that, where the time stands in the body alone. */
  readonly bodyAt?: (time: string) => string;
  /** Headers that repeat what the body says. */
  readonly echoes?: Readonly<Record<string, string>>;
  /** Headers that must have just this value. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** True where one content has many right signatures (ECDSA). */
  readonly signsAtRandom?: boolean;
  /** Older or foreign headers that must not help a delivery without its own. */
  readonly strangers: (body: Uint8Array) => Readonly<Record<string, string>>;
  /** The signature of a body at a time, as text, by what belongs to a configured secret. */
  readonly sign: (body: Uint8Array, time: string, secret: string) => string;
  /** The text of the signature's header. */
  readonly write: (signatures: readonly string[], times: readonly string[]) => string;
  /** The other headers; several times are joined as `Headers` does. */
  readonly others: (times: readonly string[]) => Readonly<Record<string, string>>;
};

/** One HTTP request of a provider: `path` is the source's own unless it says otherwise, and may bear a query. */
export type SentRequest = {
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
};

/** What a provider sends that verifies by a function: whole requests, made by `node:crypto` and plain text alone. */
export type CodedRow = AnyRow & {
  /** Rightly signed at {@linkcode now} by the secret. */
  readonly right: SentRequest;
  /** What is read of it, event by event; `body` as text where an event has bytes of its own. */
  readonly events: readonly (ReadFields & { readonly body?: string })[];
  /** The same by the other secret; left out where another secret signs nothing (a key that the provider publishes). */
  readonly byOther?: SentRequest;
  /** Headers without which, or doubled, it is still right; `content-type` is one anyway. */
  readonly optionalHeaders?: readonly string[];
  /** What the provider publishes of its keys, by URL; any other fetch fails. */
  readonly documents?: Readonly<Record<string, string>>;
  /** An unsigned request as `send` makes it of a sample, where signing writes into more than headers. */
  readonly unsigned?: SentRequest;
};
