import type { Answer, Delivery, Fetch, ReadDelivery } from "./delivery.ts";
import type { EventFields, EventPlaces, Field, MissingFields } from "./events/event-fields.ts";
import { isSourceName } from "./ingress/source-path.ts";
import type { Refusal, Unavailable } from "./outcome.ts";

export type { Answer, Delivery, EventFields, EventPlaces, Fetch, Field, ReadDelivery };

/** One or more texts from a header: split it, trim each, keep those that begin with `take`, and remove `take`. */
export type HeaderValue = { readonly header: string; readonly split?: "," | ";" | " "; readonly take?: string };

/** A piece of the signed content. `id` is the header that `events.id` names; `url` is the registered URL. */
export type Part = "body" | "timestamp" | "id" | "url" | "method" | { readonly text: string };

/** A format of secrets; `whsec` is base64 after an optional `whsec_` or `v1,whsec_`. */
export type KeyForm = "utf8" | "utf8-nfkd" | "hex" | "base64" | "whsec" | "spki-base64";

/** A signature scheme as data. A provider whose scheme does not fit has a function instead. */
export type Scheme = {
  readonly algorithm: "hmac-sha256" | "hmac-sha1" | "ed25519" | "ecdsa-p256-sha256" | "token";
  /** How a configured secret becomes key bytes; several where the provider has issued several formats. */
  readonly key: KeyForm | readonly KeyForm[];
  readonly signature: HeaderValue | readonly HeaderValue[];
  readonly encoding: "hex" | "base64" | "base64url" | "text";
  readonly signed: readonly Part[];
  /** Headers that must have a fixed value. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly timestamp?: (HeaderValue | { readonly json: string }) & {
    readonly unit: "seconds" | "milliseconds" | "iso";
    readonly toleranceSeconds: number;
  };
};

/** The input of {@linkcode verify} beside the delivery. */
export type VerifyOptions = {
  readonly provider: Provider;
  /** Every secret that is valid now; a signature by any of them is right. At most 16. */
  readonly secrets: readonly string[];
  readonly now: Date;
  /** The registered URL, where the scheme signs it. */
  readonly url?: string;
  /** The tolerance in place of the scheme's own. */
  readonly toleranceSeconds?: number;
  /** Fetches keys and certificates, for providers that publish theirs. Defaults to the global `fetch`. */
  readonly fetch?: Fetch;
};

/** The result for a right signature: the place of the secret that made it. */
export type Signed = { readonly kind: "signed"; readonly secretIndex: number };

/** The input of {@linkcode sign} beside the delivery. */
export type SignOptions = {
  readonly provider: Provider;
  /** The provider's secret; where it signs with a private key, base64 of PKCS#8 DER. */
  readonly secret: string;
  readonly now: Date;
  /** The registered URL. Defaults to the delivery's. */
  readonly url?: string;
};

/** The tools of a handshake. */
export type HandshakeOptions = Pick<VerifyOptions, "secrets" | "now" | "fetch"> & {
  /**
   * Stores a secret that the provider hands over beside the others, while an operator permits it, and returns whether it was
   * stored. Absent where nothing can be stored.
   */
  readonly keep?: (secret: string) => Promise<boolean>;
};

/** A secret as the provider would issue it, for local runs and tests. */
export type SampleSecret = {
  readonly secret: string;
  /** The secret that signs, where it is another one: see {@linkcode SignOptions}. */
  readonly signingSecret?: string;
  /** The provider's published documents with its keys, by URL. */
  readonly documents?: Readonly<Record<string, string>>;
};

/** A provider, data first. One file in `lambdas/providers` each. */
export type Provider = {
  readonly name: string;
  readonly title: string;
  /** False where the signature does not cover the payload (static tokens). */
  readonly coversBody: boolean;
  readonly answerWithinSeconds: number;
  /** How long the provider retries, in hours; 0 where it never does. */
  readonly retryHours: number;
  /** Its retries keep the signature of the first attempt, and so need the secret of that time after a rotation. */
  readonly retriesKeepSignature?: true;
  /**
   * Bytes under one id may differ between deliveries, as the provider counts attempts in the body: a change is then no error.
   */
  readonly retryChangesBody?: true;
  /**
   * The identity of an event over its deliveries: see `eventKey` in `identity.ts`. `delivery`: every delivery is an event of its
   * own, retries included, for a provider whose events have no id and equal bytes.
   */
  readonly identity: "id" | "id+body" | "body" | "delivery";
  /**
   * The largest body of the provider in bytes, where a body has to be read before its signature is known. A source may set
   * another limit. Defaults to the receiver's.
   */
  readonly bodyLimitBytes?: number;
  /** The answer that the provider demands on success, in place of short JSON. */
  readonly answer?: Answer;
  readonly verification:
    | Scheme
    /** Unset secrets are empty texts here. An error that it throws is answered 503. */
    | ((delivery: ReadDelivery, options: VerifyOptions) => Promise<Signed | Refusal | Unavailable>);
  /** Signs as the provider does, where its verification is a function: for tests and for `send`. */
  readonly sign?: (delivery: Delivery, options: SignOptions) => Promise<Delivery>;
  /** Defaults to one of the scheme's form; where the scheme is a function, to a random text. */
  readonly sampleSecret?: () => SampleSecret;
  /** It reads headers before it returns: a header read later, in a generator, cannot refuse the delivery. */
  readonly events: EventPlaces | ((delivery: ReadDelivery) => Iterable<EventFields>);
  /**
   * The fields that events of some kinds lack by the provider's documentation, which are then not reported as missing. It is
   * called only where a field is missing; a function gets the delivery with the event's own bytes. An error that it throws
   * counts as nothing.
   */
  readonly lacks?: MissingFields | ((event: EventFields, delivery: ReadDelivery) => MissingFields);
  /**
   * Other providers of the same sender, each with a header that only its deliveries have: a refused delivery with that header
   * was sent to the wrong source.
   */
  readonly siblings?: readonly { readonly provider: string; readonly header?: string }[];
  readonly handshake?: {
    readonly method: "GET" | "POST";
    /** False: it is called for refused deliveries, since nothing signs the handshake, and for methods other than POST. */
    readonly signed: boolean;
    /** Whether it stores a secret by `HandshakeOptions.keep`: the stack then permits the verifier to write it. */
    readonly keeps?: true;
    /** Undefined: the delivery is not a handshake, and is taken as an event. An error that it throws is answered 503. */
    readonly answer: (
      delivery: ReadDelivery,
      options: HandshakeOptions,
    ) => Answer | undefined | Promise<Answer | undefined>;
  };
};

/**
 * Checks a provider's description and returns it unchanged.
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
