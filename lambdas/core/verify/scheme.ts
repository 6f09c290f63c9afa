import { headerTexts } from "../events/fields.ts";
import { textAt } from "../events/json-pointer.ts";
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
import { decodeSignatures, keysOf, matchSignatures } from "./match-signatures.ts";
import { signatureText } from "./signature.ts";
import { checkWindow, timeText } from "./timestamp.ts";

const utf8 = new TextEncoder();

/** Verifies by a scheme as data, for every provider with one, and for those that adapt it a little. */
export function verifyScheme(
  delivery: ReadDelivery,
  scheme: Scheme,
  options: VerifyOptions,
): Signed | Refusal | Unavailable {
  const keys = keysOf(options.secrets, scheme);
  if ("kind" in keys) return keys;
  if (scheme.signed.includes("url") && options.url === undefined) return { kind: "unavailable", reason: "url-unset" };

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

  const signed = matchSignatures(keys, signatures, scheme.algorithm, parts);
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
    const bytes = partBytes(part, delivery, { ...options, url }, time);
    if (bytes === undefined) throw new TypeError(`Cannot sign delivery: ${JSON.stringify(part)} is not in the request`);
    return bytes;
  });
  const headers = new Headers(delivery.headers);
  for (const [header, value] of Object.entries(scheme.fixed ?? {})) headers.set(header, value);
  if (inHeader !== undefined) write(headers, inHeader, time ?? "");
  write(headers, firstSignature(scheme), signatureText(options.secret, scheme, parts));
  return { ...delivery, headers };
}

function readSignatures(headers: Headers, scheme: Scheme): readonly Uint8Array[] | Refusal {
  const values: readonly HeaderValue[] = "header" in scheme.signature ? [scheme.signature] : scheme.signature;
  const names = `header ${values.map((value) => `"${value.header}"`).join(" or ")}`;
  const texts = values.map((value) => headerTexts(headers, value)).filter((found) => found !== undefined);
  if (texts.length === 0) return refused("signature-missing", `${names} is missing`);
  const prefix = values.find((value) => value.take !== undefined)?.take;
  return decodeSignatures(texts.flat(), { ...scheme, prefix }, names);
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

/** The bytes of one part of the signed content. */
function partBytes(
  part: Part,
  delivery: Delivery,
  options: Pick<VerifyOptions, "provider" | "url">,
  time: string | undefined,
): Uint8Array | undefined {
  if (part === "body") return delivery.body;
  if (part === "method") return utf8.encode(delivery.method);
  if (part === "url") return options.url === undefined ? undefined : utf8.encode(options.url);
  if (part === "timestamp") return time === undefined ? undefined : utf8.encode(time);
  if (typeof part === "object") return utf8.encode(part.text);
  const { events } = options.provider;
  const header = typeof events === "object" && events.id !== undefined && "header" in events.id ? events.id.header : "";
  const id = header === "" ? null : delivery.headers.get(header);
  return id === null ? undefined : utf8.encode(id);
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
