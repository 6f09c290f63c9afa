import { defined, fineType } from "./fields.ts";
import { errorText, type Log, millisecondsSince } from "./log.ts";
import { MalformedSecretError } from "./malformed-secret.ts";
import { type Outcome, type Refusal, refused, type Unavailable } from "./outcome.ts";
import { sourceName } from "./path.ts";
import type { Answer, Delivery, Fetch, HandshakeOptions, Provider } from "./provider.ts";
import { InvalidHeaderError, withNeededHeaders } from "./sent-headers.ts";
import { unreadable } from "./unreadable.ts";
import { refusedHeader, type VerifiedDelivery, verify } from "./verify.ts";

/** A named endpoint of a provider, with its own secret. */
export type Source = {
  readonly provider: Provider;
  /**
   * Every secret that is valid now. Rejects where they cannot be had, and by a `MalformedSecretError` where what is stored
   * is none: both are answered 503. `refresh`: a signature was by
   * none of them; what is cached may be fetched again, within bounds, since anybody can send such a signature.
   */
  readonly secrets: (refresh?: boolean) => Promise<readonly string[]>;
  /** The URL as registered with the provider, where its scheme signs it. */
  readonly url?: string;
  /** In place of the scheme's window on both sides of now. */
  readonly toleranceSeconds?: number;
  /** Default: that of the receiver, or of the provider where it has a smaller one. */
  readonly bodyLimitBytes?: number;
  /** Whether deliveries from an IP address are taken, asked once they are verified. Default: from all. */
  readonly allows?: (address: string) => boolean;
  /** Events that say they are a test's are ignored. Default: false. */
  readonly liveOnly?: boolean;
  /** Fetches what the provider publishes of its keys. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Keeps a secret that the provider hands over in a handshake: see {@linkcode HandshakeOptions}. */
  readonly keep?: HandshakeOptions["keep"];
};

/** Sources by name; the name is the path, behind the base path if there is one: `/github`. */
export type Sources = Readonly<Record<string, Source>>;

/** What deliveries are admitted by. */
export type AdmitOptions = {
  readonly sources: Sources;
  /** What stands in the path before a source's name: `"/api/webhooks"`. Default: nothing. */
  readonly basePath?: string;
  /** For sources that say no limit of their own. Default: 6 MiB, what a Lambda function is given at most. */
  readonly bodyLimitBytes?: number;
};

/** A delivery whose source is known, before anything in it is believed. */
export type AdmittedDelivery = { readonly kind: "admitted"; readonly name: string; readonly source: Source };

const taking = "take delivery";

/** A Lambda function is given 6 MiB at most, so that behind a function URL nothing larger arrives. */
export const bodyLimitBytes: number = 6 * 1_048_576;

/**
 * Finds the source of a delivery by its path, then checks method and size. Touches no state.
 *
 * @example
 * ```ts
 * import { admit } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const sources = { github: { provider: github, secrets: async () => ["secret"] } };
 * const delivery = { method: "POST", url: "/github", headers: new Headers(), body: new Uint8Array() };
 * equal(admit(delivery, { sources }).kind, "admitted");
 * equal(admit({ ...delivery, url: "/stripe" }, { sources }).kind, "refused");
 * ```
 */
export function admit(delivery: Delivery, options: AdmitOptions & { readonly log?: Log }): AdmittedDelivery | Refusal {
  const result = find(delivery, options);
  if (result.kind === "refused") options.log?.info("refused", { step: "verify", reason: result.reason });
  return result;
}

function find(delivery: Delivery, options: AdmitOptions): AdmittedDelivery | Refusal {
  const name = sourceName(delivery.url, options.basePath);
  const source = name !== undefined && Object.hasOwn(options.sources, name) ? options.sources[name] : undefined;
  if (name === undefined || source === undefined) return refused("source-unknown", "no source has this path", taking);
  if (delivery.method !== "POST" && delivery.method !== source.provider.handshake?.method) {
    return refused("method-not-allowed", `${delivery.method.slice(0, 16)} is not POST`, taking);
  }
  const limit = limitOf(source, options);
  if (delivery.body.length > limit) {
    return refused("body-too-large", `the body has ${delivery.body.length} bytes, allowed are ${limit}`, taking);
  }
  return { kind: "admitted", name, source };
}

/** The most bytes that a body of a source may have: its own limit, or the smaller of receiver's and provider's. */
export function limitOf(source: Source, options: Pick<AdmitOptions, "bodyLimitBytes">): number {
  const { bodyLimitBytes: ofProvider = bodyLimitBytes } = source.provider;
  return source.bodyLimitBytes ?? Math.min(options.bodyLimitBytes ?? bodyLimitBytes, ofProvider);
}

/** Verifies an admitted delivery with its source's secrets and answers handshakes: signed ones only once verified. */
export async function verifyAdmitted(
  delivery: Delivery,
  admitted: AdmittedDelivery,
  options: { readonly now: () => Date; readonly log: Log },
): Promise<VerifiedDelivery | Extract<Outcome, { readonly kind: "answered" | "refused" | "unavailable" }>> {
  const { name, source } = admitted;
  const started = performance.now();
  const result = await verifyOrAnswer(delivery, source, options.now());
  const fields = { step: "verify", source: name };
  const { method, headers, body } = delivery;
  options.log.debug?.("delivery", {
    ...{ ...fields, method, bytes: body.length, contentType: headers.get("content-type") },
    // Their names alone: a value may be a token.
    ...{ headers: [...headers.keys()].join(" "), milliseconds: millisecondsSince(started) },
    ...(result.kind === "verified" ? { events: result.events.length, secretIndex: result.secretIndex } : {}),
  });
  if (result.kind === "refused") options.log.info("refused", { ...fields, reason: result.reason });
  else if (result.kind === "unavailable") {
    options.log.error("unavailable", { ...fields, reason: result.reason, error: errorText(result.cause ?? "") });
  } else if (result.kind === "answered") options.log.info("handshake answered", fields);
  else {
    for (const event of result.events) options.log.info("verified", { ...fields, id: event.id, type: fineType(event) });
    for (const missing of unreadable(source.provider, result.events, body)) {
      options.log.error("unreadable", { ...fields, missing: missing.join(" and ") });
    }
  }
  return result;
}

async function verifyOrAnswer(
  delivery: Delivery,
  source: Source,
  now: Date,
): Promise<VerifiedDelivery | Refusal | Unavailable | { readonly kind: "answered"; readonly answer: Answer }> {
  const { provider } = source;
  let secrets: readonly string[];
  try {
    secrets = await source.secrets();
  } catch (cause) {
    const reason = cause instanceof MalformedSecretError ? "secret-malformed" : "key-fetch";
    return { kind: "unavailable", reason, cause };
  }
  const { url, fetch, keep, toleranceSeconds } = source;
  let given = { secrets, now, ...defined({ url, fetch, keep, toleranceSeconds }) };
  const handshake = provider.handshake?.method === delivery.method ? provider.handshake : undefined;
  if (delivery.method !== "POST") {
    const answered = handshake && (await shake(handshake, delivery, given));
    return answered ?? refused("method-not-allowed", `${delivery.method} is no handshake`, taking);
  }
  let result = await verify(delivery, { provider, ...given });
  if (result.kind === "refused" && result.reason === "signature-wrong") {
    const others = await otherSecrets(source, secrets);
    if (others !== undefined) {
      given = { ...given, secrets: others };
      result = await verify(delivery, { provider, ...given });
    }
  }
  // After the signature, not instead of it: ranges move, and an address alone proves nothing.
  if (result.kind === "verified" && source.allows?.(delivery.address ?? "") === false) {
    return refused("address-not-allowed", "deliveries from this address are not taken", taking);
  }
  const isAsked = handshake?.signed ? result.kind === "verified" : isUnsigned(result);
  return (isAsked && handshake && (await shake(handshake, delivery, given))) || result;
}

/** Whether it may be a handshake that nothing signs: only once that is known, since reading a body costs more. */
function isUnsigned(result: VerifiedDelivery | Refusal | Unavailable): boolean {
  return result.kind === "refused" || (result.kind === "unavailable" && result.reason === "secret-unset");
}

/** The secrets fetched again, where they are others than before: one may have been written since. */
async function otherSecrets(source: Source, before: readonly string[]): Promise<readonly string[] | undefined> {
  try {
    const secrets = await source.secrets(true);
    return secrets.some((secret) => !before.includes(secret)) ? secrets : undefined;
  } catch {
    // What was valid a moment ago still counts, and by that the delivery is refused.
    return undefined;
  }
}

async function shake(
  { answer }: NonNullable<Provider["handshake"]>,
  delivery: Delivery,
  options: HandshakeOptions,
): Promise<{ readonly kind: "answered"; readonly answer: Answer } | Refusal | Unavailable | undefined> {
  try {
    const answered = await answer(withNeededHeaders(delivery), options);
    return answered === undefined ? undefined : { kind: "answered", answer: answered };
  } catch (cause) {
    if (cause instanceof InvalidHeaderError) return refusedHeader(cause);
    return { kind: "unavailable", reason: "internal", cause };
  }
}
