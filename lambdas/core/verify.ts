import { at, contradicted, eventFields, headerTexts, parseJson } from "./fields.ts";
import type { Refusal, Unavailable } from "./outcome.ts";
import { isUnset } from "./placeholder.ts";
import type { Delivery, EventFields, HeaderValue, Part, Provider, Scheme, VerifyOptions } from "./provider.ts";
import { decodeSignature, isSignedBy, type Key, keyOf } from "./signature.ts";

declare const verified: unique symbol;

/** A delivery whose signature is right. Only {@linkcode verify} makes one, so nothing unverified can travel on. */
export type VerifiedDelivery = {
  readonly kind: "verified";
  readonly delivery: Delivery;
  readonly events: readonly EventFields[];
  /** Which of the configured secrets signed it. */
  readonly secretIndex: number;
  readonly [verified]: true;
};

/** More than any provider sends, or any rotation needs; unbounded lists would be work for whoever sends junk. */
const most = 16;
const utf8 = new TextEncoder();

/**
 * Verifies a delivery over its exact bytes: any sent signature against any configured secret, in constant time,
 * then the time window on both sides of now.
 *
 * Never throws for anything that a sender or a configured secret can contain: what is wrong with the delivery is a
 * `Refusal`, what is wrong on our side is `Unavailable`.
 *
 * @example
 * ```ts
 * import { sign, verify } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const unsigned = { method: "POST", url: "/github", headers: new Headers(), body: new TextEncoder().encode("{}") };
 * const now = new Date();
 * const delivery = await sign(unsigned, { provider: github, secret: "It's a Secret to Everybody", now });
 * const result = await verify(delivery, { provider: github, secrets: ["It's a Secret to Everybody"], now });
 * equal(result.kind, "verified");
 * ```
 */
export async function verify(
  delivery: Delivery,
  options: VerifyOptions,
): Promise<VerifiedDelivery | Refusal | Unavailable> {
  const { provider } = options;
  const secrets = options.secrets.map((secret, index) => ({ secret, index })).filter(({ secret }) => !isUnset(secret));
  if (secrets.length === 0) return { kind: "unavailable", reason: "secret-unset" };
  if (secrets.length > most) {
    const cause = new RangeError(`A source takes at most ${most} secrets, received ${secrets.length}`);
    return { kind: "unavailable", reason: "secret-malformed", cause };
  }
  if (typeof provider.verification === "object") {
    const result = verifyScheme(delivery, provider.verification, options, secrets);
    return typeof result === "number" ? passed(provider, delivery, result) : result;
  }
  try {
    const result = await provider.verification(delivery, options);
    return result === "verified" ? passed(provider, delivery, secrets[0]?.index ?? 0) : result;
  } catch (cause) {
    return { kind: "unavailable", reason: "key-fetch", cause };
  }
}

function passed(provider: Provider, delivery: Delivery, secretIndex: number): VerifiedDelivery | Refusal {
  const events = eventFields(provider, delivery);
  const header = contradicted(provider, delivery.headers, events[0]);
  if (header !== undefined) return refused("header-contradicts", `header "${header}" contradicts the signed body`);
  return { kind: "verified", delivery, events, secretIndex } as unknown as VerifiedDelivery;
}

function verifyScheme(
  delivery: Delivery,
  scheme: Scheme,
  options: VerifyOptions,
  secrets: readonly { readonly secret: string; readonly index: number }[],
): number | Refusal | Unavailable {
  const keys: { readonly key: Key; readonly index: number }[] = [];
  for (const { secret, index } of secrets) {
    const key = keyOf(secret, scheme);
    if (key !== undefined) keys.push({ key, index });
  }
  if (keys.length === 0) return { kind: "unavailable", reason: "secret-malformed" };

  for (const [header, value] of Object.entries(scheme.fixed ?? {})) {
    if (delivery.headers.get(header) !== value)
      return refused("signature-malformed", `header "${header}" is not "${value}"`);
  }
  const signatures = readSignatures(delivery.headers, scheme);
  if ("kind" in signatures) return signatures;

  const time = readHeaderTime(delivery.headers, scheme);
  if (time !== undefined && "kind" in time) return time;
  const parts = signedParts(delivery, scheme, options, time?.text);
  if ("kind" in parts) return parts;

  const signer = keys.filter(({ key }) => isSignedBy(key, scheme.algorithm, parts, signatures));
  const first = signer[0];
  if (first === undefined)
    return refused("signature-wrong", "no sent signature matches the body and a configured secret");
  return checkWindow(delivery, scheme, time?.text, options.now) ?? first.index;
}

function readSignatures(headers: Headers, scheme: Scheme): readonly Uint8Array[] | Refusal {
  const values: readonly HeaderValue[] = "header" in scheme.signature ? [scheme.signature] : scheme.signature;
  const names = values.map((value) => `"${value.header}"`).join(" or ");
  const texts = values.map((value) => headerTexts(headers, value)).filter((found) => found !== undefined);
  if (texts.length === 0) return refused("signature-missing", `header ${names} is missing`);
  const sent = texts.flat();
  if (sent.length > most) return refused("signature-malformed", `header ${names} holds more than ${most} signatures`);
  const decoded = sent.map((text) => decodeSignature(text, scheme)).filter((bytes) => bytes !== undefined);
  if (decoded.length > 0) return decoded;
  const prefix = values.find((value) => value.take !== undefined)?.take;
  const form = prefix === undefined ? `${scheme.encoding}` : `${scheme.encoding} after "${prefix}"`;
  return refused("signature-malformed", `header ${names} holds no ${scheme.algorithm} signature in ${form}`);
}

/** The one time text of the header, as sent: it is part of what is signed. */
function readHeaderTime(headers: Headers, scheme: Scheme): { readonly text: string } | Refusal | undefined {
  if (scheme.timestamp === undefined || !("header" in scheme.timestamp)) return undefined;
  const { header } = scheme.timestamp;
  const texts = headerTexts(headers, scheme.timestamp);
  if (texts === undefined) return refused("timestamp-malformed", `header "${header}" is missing`);
  const [text, ...more] = texts;
  if (text === undefined || more.length > 0) {
    return refused("timestamp-malformed", `header "${header}" holds ${texts.length} timestamps, not one`);
  }
  return { text };
}

function signedParts(
  delivery: Delivery,
  scheme: Scheme,
  options: VerifyOptions,
  time: string | undefined,
): readonly Uint8Array[] | Refusal {
  const parts: Uint8Array[] = [];
  for (const part of scheme.signed) {
    const bytes = partBytes(part, delivery, options, time);
    if (bytes === undefined)
      return refused("signature-missing", `the signed ${JSON.stringify(part)} is not in the request`);
    parts.push(bytes);
  }
  return parts;
}

/** The bytes that one part of the signed content stands for. Shared with `sign.ts`, so that both sides agree. */
export function partBytes(
  part: Part,
  delivery: Delivery,
  options: Pick<VerifyOptions, "provider" | "url">,
  time: string | undefined,
): Uint8Array | undefined {
  if (part === "body") return delivery.body;
  if (part === "method") return utf8.encode(delivery.method);
  if (part === "url") return utf8.encode(options.url ?? delivery.url);
  if (part === "timestamp") return time === undefined ? undefined : utf8.encode(time);
  if (typeof part === "object") return utf8.encode(part.text);
  const { events } = options.provider;
  const header = typeof events === "object" && events.id !== undefined && "header" in events.id ? events.id.header : "";
  const id = header === "" ? null : delivery.headers.get(header);
  return id === null ? undefined : utf8.encode(id);
}

function checkWindow(delivery: Delivery, scheme: Scheme, sent: string | undefined, now: Date): Refusal | undefined {
  const { timestamp } = scheme;
  if (timestamp === undefined) return undefined;
  const found = "json" in timestamp ? at(parseJson(delivery.body), timestamp.json) : sent;
  const text = typeof found === "number" || typeof found === "string" ? String(found) : "";
  const time = milliseconds(text, timestamp.unit);
  if (time === undefined) return refused("timestamp-malformed", `the timestamp is not in ${timestamp.unit}`);
  const seconds = Math.round((now.getTime() - time) / 1000);
  if (Math.abs(now.getTime() - time) <= timestamp.toleranceSeconds * 1000) return undefined;
  const off = seconds > 0 ? `${seconds} s old` : `${-seconds} s in the future`;
  return refused("timestamp-outside-window", `the timestamp is ${off}, allowed are ${timestamp.toleranceSeconds} s`);
}

function milliseconds(text: string, unit: "seconds" | "milliseconds" | "iso"): number | undefined {
  if (unit === "iso") {
    const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/.exec(text);
    const time = iso === null ? Number.NaN : Date.parse(`${iso[1]}${iso[2] ?? "Z"}`);
    return Number.isNaN(time) ? undefined : time;
  }
  // Digits alone: parseInt would take "1760000000abc".
  if (!/^\d{1,15}$/.test(text)) return undefined;
  return unit === "seconds" ? Number(text) * 1000 : Number(text);
}

function refused(reason: Refusal["reason"], what: string): Refusal {
  return { kind: "refused", reason, message: `Cannot verify delivery: ${what}` };
}
