import type { EventFields } from "../../lambdas/core/provider.ts";

/** What a provider sends, made by `node:crypto` and plain text alone: the vectors of the suite in `provider.ts`. */
export type ProviderRow = {
  readonly secret: string;
  /** Of the same form. */
  readonly otherSecret: string;
  /** Secrets that are not of the form that the provider gives out. */
  readonly unfitSecrets?: readonly string[];
  /** A JSON body, and what is read of a delivery with it. */
  readonly body: string;
  readonly event: Omit<EventFields, "body">;
  /** The header that bears the signature. */
  readonly header: string;
  /**
   * How signatures stand in it: alone, behind a label, behind labels in a list with commas (the time among them) or
   * with spaces, or as a token that signs nothing.
   */
  readonly form: "bare" | "labelled" | "commas" | "spaces" | "token";
  readonly encoding: "hex" | "base64" | "text";
  /** What stands before a signature. */
  readonly label: string;
  /** Labels that must never count. */
  readonly otherLabels: readonly string[];
  /** How far a signed time may be off, in seconds; left out where none is signed. */
  readonly windowSeconds?: number;
  /** Whether the signature covers the body. */
  readonly coversBody: boolean;
  /** Headers that repeat what the body says. */
  readonly echoes?: Readonly<Record<string, string>>;
  /** Older or foreign headers that must not help a delivery without its own. */
  readonly strangers: (body: Uint8Array) => Readonly<Record<string, string>>;
  /** The signature of a body at a time, as text. */
  readonly sign: (body: Uint8Array, time: string, secret: string) => string;
  /** The text of the signature's header. */
  readonly write: (signatures: readonly string[], times: readonly string[]) => string;
  /** The other headers; several times are joined as `Headers` does. */
  readonly others: (times: readonly string[]) => Readonly<Record<string, string>>;
};
