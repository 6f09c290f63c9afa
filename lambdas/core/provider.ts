import type { Answer, Delivery, Fetch, ReadDelivery } from "./delivery.ts";
import type { EventFields, EventPlaces, Field, MissingFields } from "./events/event-fields.ts";
import { isSourceName } from "./ingress/source-path.ts";
import type { Refusal, Unavailable } from "./outcome.ts";

export type { Answer, Delivery, EventFields, EventPlaces, Fetch, Field, ReadDelivery };

/** One or more texts out of a header: split, trim, keep what starts with `take`, drop `take`. */
export type HeaderValue = { readonly header: string; readonly split?: "," | ";" | " "; readonly take?: string };

/** A piece of what the provider signs. `id` is the header that `events.id` names; `url` the URL as registered. */
export type Part = "body" | "timestamp" | "id" | "url" | "method" | { readonly text: string };

/** A form of secrets; `whsec` is base64 after an optional `whsec_` or `v1,whsec_`. */
export type KeyForm = "utf8" | "utf8-nfkd" | "hex" | "base64" | "whsec" | "spki-base64";

/** A signature scheme as data. Where it does not reach, a provider brings a function instead. */
export type Scheme = {
  readonly algorithm: "hmac-sha256" | "hmac-sha1" | "ed25519" | "ecdsa-p256-sha256" | "token";
  /** How a configured secret becomes key bytes; several where the provider has given out several forms. */
  readonly key: KeyForm | readonly KeyForm[];
  readonly signature: HeaderValue | readonly HeaderValue[];
  readonly encoding: "hex" | "base64" | "base64url" | "text";
  readonly signed: readonly Part[];
  /** Headers that must have a constant value. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly timestamp?: (HeaderValue | { readonly json: string }) & {
    readonly unit: "seconds" | "milliseconds" | "iso";
    readonly toleranceSeconds: number;
  };
};

/** What {@linkcode verify} needs beside the delivery. */
export type VerifyOptions = {
  readonly provider: Provider;
  /** Every secret that is valid now; a signature by any of them counts. At most 16. */
  readonly secrets: readonly string[];
  readonly now: Date;
  /** The URL as registered with the provider, where the scheme signs it. */
  readonly url?: string;
  /** In place of the scheme's own. */
  readonly toleranceSeconds?: number;
  /** Fetches keys and certificates, for providers that publish theirs. Defaults to the global `fetch`. */
  readonly fetch?: Fetch;
};

/** What a signature that is right says: which of the configured secrets it is by. */
export type Signed = { readonly kind: "signed"; readonly secretIndex: number };

/** What {@linkcode sign} needs beside the delivery. */
export type SignOptions = {
  readonly provider: Provider;
  /** The provider's secret; where it signs with a private key, base64 of PKCS#8 DER. */
  readonly secret: string;
  readonly now: Date;
  /** The URL as registered with the provider. Defaults to the delivery's. */
  readonly url?: string;
};

/** What a handshake may use. */
export type HandshakeOptions = Pick<VerifyOptions, "secrets" | "now" | "fetch"> & {
  /**
   * Keeps a secret that the provider hands over, beside those that are set, while an operator allows it; says whether it
   * was kept. Absent where nothing can be kept.
   */
  readonly keep?: (secret: string) => Promise<boolean>;
};

/** A secret as the provider would give it out, for local runs and tests. */
export type SampleSecret = {
  readonly secret: string;
  /** What signs, where that is another: see {@linkcode SignOptions}. */
  readonly signingSecret?: string;
  /** What the provider publishes of its keys, by URL. */
  readonly documents?: Readonly<Record<string, string>>;
};

/** A provider, data first. One file in `lambdas/providers` each. */
export type Provider = {
  readonly name: string;
  readonly title: string;
  /** False where the signature does not cover the payload (static tokens). */
  readonly coversBody: boolean;
  readonly answerWithinSeconds: number;
  /** How long the provider goes on retrying, in hours; 0 where it never does. */
  readonly retryHours: number;
  /** Its retries keep the signature of the first try, and so the secret of that time, after the secret was changed. */
  readonly retriesKeepSignature?: true;
  /**
   * Bytes under one id may differ between its deliveries, where the provider counts attempts in the body: a change is no
   * error line then.
   */
  readonly retryChangesBody?: true;
  /**
   * What makes two deliveries the same event: see `eventKey` in `identity.ts`. `delivery`: nothing does, for a provider
   * whose events have no id and the same bytes; its retries are events of their own.
   */
  readonly identity: "id" | "id+body" | "body" | "delivery";
  /**
   * The most bytes that the provider can send, where a body has to be read before its signature is known. A source may
   * have another one. Defaults to that of the receiver.
   */
  readonly bodyLimitBytes?: number;
  /** What the provider wants to read on success, where a short JSON body will not do. */
  readonly answer?: Answer;
  readonly verification:
    | Scheme
    /** Secrets that are not set are empty texts here. What it throws is answered 503. */
    | ((delivery: ReadDelivery, options: VerifyOptions) => Promise<Signed | Refusal | Unavailable>);
  /** Signs as the provider does, where its verification is a function: for tests and for `send`. */
  readonly sign?: (delivery: Delivery, options: SignOptions) => Promise<Delivery>;
  /** Defaults to one of the scheme's form; where the scheme is a function, to a random text. */
  readonly sampleSecret?: () => SampleSecret;
  /** A function reads headers before it returns: what a generator reads later can refuse no delivery any more. */
  readonly events: EventPlaces | ((delivery: ReadDelivery) => Iterable<EventFields>);
  /**
   * What events of some kinds have not, by the provider's documentation, so that nobody is told that it is missing. Asked
   * only where it is; a function gets the delivery with the event's own bytes. What it throws counts as nothing.
   */
  readonly lacks?: MissingFields | ((event: EventFields, delivery: ReadDelivery) => MissingFields);
  /**
   * Other providers that are the same sender, who signs in either way, and a header that only a delivery to them has: a
   * refused delivery that has it came to the wrong source.
   */
  readonly siblings?: readonly { readonly provider: string; readonly header?: string }[];
  readonly handshake?: {
    readonly method: "GET" | "POST";
    /** False: it is asked about what verification refuses, since nothing signs it, and about what is no POST. */
    readonly signed: boolean;
    /** Whether it keeps a secret by `HandshakeOptions.keep`: the stack lets the verifier write that one then. */
    readonly keeps?: true;
    /** Undefined: this delivery is none, and goes on as an event. What it throws is answered 503. */
    readonly answer: (
      delivery: ReadDelivery,
      options: HandshakeOptions,
    ) => Answer | undefined | Promise<Answer | undefined>;
  };
};

/**
 * Checks a provider's description and returns it as it is.
 *
 * @throws {TypeError} When a name is not fit for a path, a form's field has none, or a scheme signs an id that no header has.
 * @throws {RangeError} When `answerWithinSeconds` is not above 0 and at most 900, or `retryHours` not from 0 to 8,760.
 *
 * @example
 * ```ts
 * import { defineProvider } from "@hookline/hookline";
 *
 * export const acme = defineProvider({
 *   name: "acme",
 *   title: "Acme",
 *   coversBody: true,
 *   answerWithinSeconds: 10,
 *   retryHours: 24,
 *   identity: "id",
 *   verification: {
 *     algorithm: "hmac-sha256",
 *     key: "utf8",
 *     signature: { header: "x-acme-signature" },
 *     encoding: "hex",
 *     signed: ["body"],
 *   },
 *   events: { id: { json: "/id" }, type: { json: "/type" } },
 * });
 * ```
 */
export function defineProvider(provider: Provider): Provider {
  const { name, verification, events, answerWithinSeconds, retryHours } = provider;
  if (!isSourceName(name)) {
    throw new TypeError(
      `Cannot define provider: name must be lower-case letters, digits and "-", received ${JSON.stringify(name)}`,
    );
  }
  if (!(answerWithinSeconds > 0 && answerWithinSeconds <= 900)) {
    throw new RangeError(
      `Cannot define provider "${name}": answerWithinSeconds must be above 0 and at most 900, received ${answerWithinSeconds}`,
    );
  }
  if (!(retryHours >= 0 && retryHours <= 8760)) {
    throw new RangeError(
      `Cannot define provider "${name}": retryHours must be a number from 0 to 8760, received ${retryHours}`,
    );
  }
  const form = typeof events === "object" ? events.form : undefined;
  if (form !== undefined && (typeof form !== "string" || form === "")) {
    throw new TypeError(
      `Cannot define provider "${name}": events.form must name a form's field, received ${JSON.stringify(form)}`,
    );
  }
  const signsId = typeof verification === "object" && verification.signed.includes("id");
  if (signsId && !(typeof events === "object" && events.id !== undefined && "header" in events.id)) {
    throw new TypeError(`Cannot define provider "${name}": the scheme signs "id", but events.id names no header`);
  }
  const signsTime = typeof verification === "object" && verification.signed.includes("timestamp");
  if (signsTime && verification.timestamp === undefined) {
    throw new TypeError(`Cannot define provider "${name}": the scheme signs "timestamp", but describes none`);
  }
  return provider;
}
