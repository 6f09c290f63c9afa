import { createHmac, timingSafeEqual } from "node:crypto";
import type { Endpoint, Received } from "./server.ts";

/** By which every endpoint here verifies. */
export const secret = "a secret of these endpoints";
/** The event type whose processing fails. */
export const failingType = "always.fails";

type Verify = (received: Received) => boolean;

type Behaviour = {
  /** What an event whose processing fails is answered. */
  readonly failed?: (error: Error) => ReturnType<Endpoint>;
  /** What a repeat is answered. */
  readonly repeated?: ReturnType<Endpoint>;
  /** Whether an event counts as seen before it is processed. */
  readonly seenFirst?: boolean;
  readonly refused?: (received: Received) => ReturnType<Endpoint>;
  readonly waitMilliseconds?: number;
};

/** What the guides' endpoints have in common: verify, parse, drop repeats, process, answer. */
export function endpoint(verify: Verify, behaviour: Behaviour = {}): Endpoint {
  const seen = new Set<string>();
  return async (received) => {
    if (!verify(received)) return (await behaviour.refused?.(received)) ?? { status: 401, text: "Invalid signature" };
    const event = parse(received.raw);
    if (event === undefined) return { status: 400, text: "Invalid JSON" };
    const id = String(received.headers["webhook-id"] ?? event.id);
    if (seen.has(id)) return behaviour.repeated ?? { status: 200, text: "duplicate" };
    if (behaviour.seenFirst === true) seen.add(id);
    if (behaviour.waitMilliseconds !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, behaviour.waitMilliseconds));
    }
    try {
      if ((event.type ?? event.event) === failingType) throw new Error("The database is down");
    } catch (error) {
      return (await behaviour.failed?.(error as Error)) ?? { status: 500, text: "Internal error" };
    }
    seen.add(id);
    return { status: 200, text: "ok" };
  };
}

function parse(raw: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(raw.toString());
  } catch {
    return undefined;
  }
}

export const hmac = (content: string | Buffer) => createHmac("sha256", secret).update(content).digest();

/** Compares as the guides should: lengths first, then in constant time. */
export function equal(sent: Buffer, expected: Buffer): boolean {
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

const header = ({ headers }: Received, name: string) => String(headers[name] ?? "");

/** Hackmamba: `sha256=` and hex over the body; `content` is what is signed instead, where a guide is wrong. */
export function hackmamba(content: (raw: Buffer) => string | Buffer = (raw) => raw): Verify {
  return (received) => {
    const [label, hex = ""] = header(received, "x-hackmamba-signature").split("=");
    return label === "sha256" && equal(Buffer.from(hex, "hex"), hmac(content(received.raw)));
  };
}

/** Hotmart: hex over the body, compared as a text. */
export const hotmart: Verify = (received) =>
  header(received, "x-hotmart-signature") === hmac(received.raw).toString("hex");

/** Hotmart's static token. */
export const hottok: Verify = (received) =>
  equal(Buffer.from(header(received, "x-hotmart-hottok")), Buffer.from(secret));

/** Whatalo: hex over the body. */
export const whatalo: Verify = (received) =>
  equal(Buffer.from(header(received, "x-webhook-signature"), "hex"), hmac(received.raw));

/** Stripe: `t=…,v1=…`, and a window that the guide may lack. */
export function stripe(isInTime: (ageSeconds: number) => boolean = (age) => Math.abs(age) <= 300): Verify {
  return (received) => {
    const parts = header(received, "stripe-signature").split(",");
    const t = parts.find((part) => part.startsWith("t="))?.slice(2) ?? "";
    const v1 = parts.find((part) => part.startsWith("v1="))?.slice(3) ?? "";
    const signed = Buffer.concat([Buffer.from(`${t}.`), received.raw]);
    return equal(Buffer.from(v1, "hex"), hmac(signed)) && isInTime(Date.now() / 1000 - Number(t));
  };
}

/** Whop: `v1,…` over id, time and body; `refuses` is the guide's condition. */
export function whop(refuses: (version: string, isSame: boolean) => boolean): Verify {
  return (received) => {
    const [id, time] = [header(received, "webhook-id"), header(received, "webhook-timestamp")];
    const [version = "", signature = ""] = header(received, "webhook-signature").split(",");
    if (id === "" || time === "" || signature === "") return false;
    if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
    const expected = hmac(Buffer.concat([Buffer.from(`${id}.${time}.`), received.raw])).toString("base64");
    return !refuses(version, signature === expected);
  };
}
