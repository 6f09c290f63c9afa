import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { rows } from "../../providers/rows.ts";

// Written from what the providers document, with `node:crypto` and comparisons of whole texts: it shares nothing with
// what it judges, neither the decoding of signatures nor the description of providers.

/** A request as read: header values by lower-case name, a repeated one joined by ", ". */
type ReadRequest = { readonly headers: ReadonlyMap<string, string>; readonly body: Uint8Array };

/** Whether the sender's request is to be believed at this time, and the signature that it should bear. */
export type Judgement = {
  readonly right: boolean;
  readonly expected: string;
  /** Whether its id or type stands in an unsigned header only, so that the body belongs to what it is known by. */
  readonly isEchoed?: boolean;
};

type Judge = (request: ReadRequest, milliseconds: number) => Judgement;

const windowMilliseconds = 300_000;

/** A judge for each provider whose whole answer is foretold, by name: one of each form of signature. */
export const judges: Readonly<Record<string, Judge>> = {
  generic: overBody("generic", "x-signature", ""),
  github: overBody("github", "x-hub-signature-256", "sha256="),
  hackmamba: overBody("hackmamba", "x-hackmamba-signature", "sha256="),
  hotmart: overBody("hotmart", "x-hotmart-signature", ""),
  "hotmart-hottok": ({ headers }) => {
    const expected = secretOf("hotmart-hottok");
    return { right: headers.get("x-hotmart-hottok") === expected, expected };
  },
  "standard-webhooks": standard(Buffer.from(secretOf("standard-webhooks").slice("whsec_".length), "base64")),
  stripe: commas("stripe", "stripe-signature"),
  whatalo: echoed(overBody("whatalo", "x-webhook-signature", "")),
  "whatalo-timestamped": echoed((request, milliseconds) => {
    const { headers, body } = request;
    const time = headers.get("x-webhook-timestamp") ?? "";
    const expected = hmac(secretOf("whatalo-timestamped"), "hex", `${time}.`, body);
    const right = headers.get("x-webhook-signature") === expected && isNear(time, milliseconds);
    return { right, expected };
  }),
  whop: standard(secretOf("whop")),
  "whop-legacy": commas("whop-legacy", "x-whop-signature"),
};

function overBody(name: string, header: string, label: string): Judge {
  return ({ headers, body }) => {
    const expected = hmac(secretOf(name), "hex", body);
    return { right: headers.get(header) === `${label}${expected}`, expected };
  };
}

function commas(name: string, header: string): Judge {
  return ({ headers, body }, milliseconds) => {
    const pieces = (headers.get(header) ?? "").split(",").map((piece) => piece.replace(/^[ \t]+|[ \t]+$/g, ""));
    const [time = "", ...more] = pieces.filter((piece) => /^t=./.test(piece)).map((piece) => piece.slice(2));
    const sent = pieces.filter((piece) => /^v1=./.test(piece));
    const expected = hmac(secretOf(name), "hex", `${time}.`, body);
    const right = sent.includes(`v1=${expected}`) && sent.length <= 16 && more.length === 0;
    return { right: right && isNear(time, milliseconds), expected };
  };
}

function standard(key: string | Uint8Array): Judge {
  return ({ headers, body }, milliseconds) => {
    const id = headers.get("webhook-id");
    const time = headers.get("webhook-timestamp") ?? "";
    const pieces = (headers.get("webhook-signature") ?? "").split(" ").map((piece) => piece.replaceAll("\t", ""));
    const sent = pieces.filter((piece) => /^v1,./.test(piece));
    const expected = hmac(key, "base64", Buffer.from(id ?? "", "utf8"), `.${time}.`, body);
    const right = id !== undefined && sent.includes(`v1,${expected}`) && sent.length <= 16;
    return { right: right && isNear(time, milliseconds), expected };
  };
}

/** Whatalo repeats id and type in headers that it does not sign: where they say another thing, nothing is believed. */
function echoed(judge: Judge): Judge {
  return (request, milliseconds) => {
    const judged = judge(request, milliseconds);
    const json = readJson(request.body);
    const pairs = [
      [fieldOf(json, "delivery_id") ?? fieldOf(json, "id"), request.headers.get("x-webhook-id")],
      [fieldOf(json, "event"), request.headers.get("x-webhook-event")],
    ] as const;
    const agrees = pairs.every(([said, repeated]) => said === undefined || repeated === undefined || said === repeated);
    // Without an id the body alone is what it is known by.
    const hasId = pairs[0].some(Boolean);
    const isEchoed = hasId && pairs.some(([said, repeated = ""]) => said === undefined && repeated !== "");
    return { ...judged, right: judged.right && agrees, isEchoed };
  };
}

export function fieldOf(json: unknown, field: string): string | undefined {
  if (typeof json !== "object" || json === null || !Object.getOwnPropertyNames(json).includes(field)) return undefined;
  const value = Reflect.get(json, field);
  if (typeof value === "number" && Math.abs(value) !== Number.POSITIVE_INFINITY) return `${value}`;
  return typeof value === "string" && value.length > 0 ? value : undefined;
}

export function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8").decode(body));
  } catch {
    return undefined;
  }
}

function isNear(time: string, milliseconds: number): boolean {
  return /^[0-9]{1,15}$/.test(time) && Math.abs(Number(time) * 1000 - milliseconds) <= windowMilliseconds;
}

function hmac(
  key: string | Uint8Array,
  encoding: "hex" | "base64",
  ...parts: readonly (string | Uint8Array)[]
): string {
  const digest = createHmac("sha256", key);
  for (const part of parts) digest.update(part);
  return digest.digest(encoding);
}

function secretOf(name: string): string {
  return rows[name]?.secret ?? "";
}
