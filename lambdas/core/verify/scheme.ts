import type { SignedPart } from "../bytes/hmac.ts";
import { textAt } from "../events/json-pointer.ts";
import { headerTexts } from "../events/sent-headers.ts";
import { type Refusal, refused, type Unavailable } from "../outcome.ts";
import type {
  Delivery,
  HeaderValue,
  Part,
  ReadDelivery,
  Scheme,
  Signed,
  SignOptions,
  VerifyOptions,
} from "../provider.ts";
import { keysOf, matchSignatures, strictSignatures } from "./match-signatures.ts";
import { type SignatureForm, signatureText } from "./signature.ts";
import { checkWindow, timeText } from "./timestamp.ts";

/** The part of a scheme that is the same for every delivery, computed once. */
type Plan = {
  /** The headers that hold its signatures, and their names in messages. */
  readonly values: readonly HeaderValue[];
  readonly where: string;
  readonly form: SignatureForm & { readonly prefix: string | undefined };
  readonly fixed: readonly (readonly [header: string, value: string])[];
};

const plans = new WeakMap<Scheme, Plan>();

function planOf(scheme: Scheme): Plan {
  const made = plans.get(scheme);
  if (made !== undefined) return made;
  const { algorithm, key, encoding, signature, fixed = {} } = scheme;
  const values = [signature].flat();
  const prefix = values.find((value) => value.take !== undefined)?.take;
  const plan: Plan = {
    values,
    where: `header ${values.map((value) => `"${value.header}"`).join(" or ")}`,
    form: { algorithm, key, encoding, prefix },
    fixed: Object.entries(fixed),
  };
  plans.set(scheme, plan);
  return plan;
}

/** Verifies by a scheme as data, for every provider with one, and for those that adapt it a little. */
export function verifyScheme(
  delivery: ReadDelivery,
  scheme: Scheme,
  options: VerifyOptions,
): Signed | Refusal | Unavailable {
  const plan = planOf(scheme);
  const keys = keysOf(options.secrets, plan.form);
  if ("kind" in keys) return keys;
  if (scheme.signed.includes("url") && options.url === undefined) return { kind: "unavailable", reason: "url-unset" };

  for (const [header, value] of plan.fixed) {
    if (delivery.headers.get(header) !== value)
      return refused("signature-malformed", `header "${header}" is not "${value}"`);
  }
  const signatures = readSignatures(delivery.headers, plan);
  if ("kind" in signatures) return signatures;
  const time = readHeaderTime(delivery.headers, scheme);
  if (time !== undefined && "kind" in time) return time;
  const parts = signedParts(delivery, scheme, options, time?.text);
  if ("kind" in parts) return parts;

  const signed = matchSignatures(keys, signatures, plan.form, parts);
  return signed.kind === "signed" ? (checkTime(delivery, scheme, time?.text, options) ?? signed) : signed;
}

/**
 * Signs by a scheme as data. The id, where the scheme signs one, must be in its header.
 *
 * @throws {TypeError} When the secret is not in the scheme's form, or a signed part is missing.
 */
export function signScheme(delivery: Delivery, scheme: Scheme, options: SignOptions): Delivery {
  const { timestamp } = scheme;
  const inHeader = timestamp !== undefined && "header" in timestamp ? timestamp : undefined;
  const time = inHeader === undefined ? undefined : timeText(inHeader.unit, options.now);
  const url = options.url ?? delivery.url;
  const parts = scheme.signed.map((part) => {
    const signed = signedPart(part, delivery, { ...options, url }, time);
    if (signed === undefined)
      throw new TypeError(`Cannot sign delivery: ${JSON.stringify(part)} is not in the request`);
    return signed;
  });
  const headers = new Headers(delivery.headers);
  for (const [header, value] of Object.entries(scheme.fixed ?? {})) headers.set(header, value);
  if (inHeader !== undefined) write(headers, inHeader, time ?? "");
  write(headers, firstSignature(scheme), signatureText(options.secret, scheme, parts));
  return { ...delivery, headers };
}

function readSignatures(headers: Headers, { values, where, form }: Plan): readonly string[] | Refusal {
  let texts: readonly string[] | undefined;
  for (const value of values) {
    const found = headerTexts(headers, value);
    if (found !== undefined) texts = texts === undefined ? found : [...texts, ...found];
  }
  if (texts === undefined) return refused("signature-missing", `${where} is missing`);
  return strictSignatures(texts, form, where);
}

/** The one time text of the header, as sent, since it is part of the signed content. */
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

/** Texts that follow each other are one part: each costs a call. */
function signedParts(
  delivery: Delivery,
  scheme: Scheme,
  options: VerifyOptions,
  time: string | undefined,
): readonly SignedPart[] | Refusal {
  const parts: SignedPart[] = [];
  for (const part of scheme.signed) {
    const signed = signedPart(part, delivery, options, time);
    if (signed === undefined)
      return refused("signature-missing", `the signed ${JSON.stringify(part)} is not in the request`);
    const last = parts.at(-1);
    if (typeof signed === "string" && typeof last === "string") parts[parts.length - 1] = last + signed;
    else parts.push(signed);
  }
  return parts;
}

/** One part of the signed content. */
function signedPart(
  part: Part,
  delivery: Delivery,
  options: Pick<VerifyOptions, "provider" | "url">,
  time: string | undefined,
): SignedPart | undefined {
  if (part === "body") return delivery.body;
  if (part === "method") return delivery.method;
  if (part === "url") return options.url;
  if (part === "timestamp") return time;
  if (typeof part === "object") return part.text;
  const { events } = options.provider;
  const header = typeof events === "object" && events.id !== undefined && "header" in events.id ? events.id.header : "";
  return header === "" ? undefined : (delivery.headers.get(header) ?? undefined);
}

function checkTime(
  delivery: ReadDelivery,
  scheme: Scheme,
  sent: string | undefined,
  { now, toleranceSeconds }: VerifyOptions,
): Refusal | undefined {
  const { timestamp } = scheme;
  if (timestamp === undefined) return undefined;
  const text = ("json" in timestamp ? textAt(delivery.read(), timestamp.json) : sent) ?? "";
  const rule = toleranceSeconds === undefined ? timestamp : { unit: timestamp.unit, toleranceSeconds };
  return checkWindow(text, rule, now);
}

function firstSignature(scheme: Scheme): HeaderValue {
  const value = "header" in scheme.signature ? scheme.signature : scheme.signature[0];
  if (value === undefined) throw new TypeError("Cannot sign delivery: the scheme names no signature header");
  return value;
}

/** Several values may share a header (`t=…,v1=…`): the existing ones stay in front. */
function write(headers: Headers, value: HeaderValue, text: string): void {
  const before = value.split === undefined ? null : headers.get(value.header);
  const piece = `${value.take ?? ""}${text}`;
  headers.set(value.header, before === null ? piece : `${before}${value.split}${piece}`);
}
