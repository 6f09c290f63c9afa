import type { ProviderRow } from "../../contract/provider-row.ts";
import type { Variant } from "../../contract/provider-variants.ts";
import { headersFor } from "../row-bodies.ts";
import { hmac, overBody } from "../row-schemes.ts";

const orb: ProviderRow = {
  ...{ ...overBody, header: "x-orb-signature", form: "spaces", label: "v1=" },
  otherLabels: ["v0=", "v2=", "V1=", "v1,", "v1:", ""],
  ...{ windowSeconds: 300, timeUnit: "iso" },
  body: '{"id":"o4mmewpfNNTnjfZc","type":"subscription.created","subscription":{"name":"Zoë ✓"}}',
  event: { id: "o4mmewpfNNTnjfZc", type: "subscription.created" },
  sign: (body, time, secret) => hmac(secret, "hex", `v1:${time}:`, body),
  write: (signatures) => signatures.map((text) => `v1=${text}`).join(" "),
  others: (times) => ({ "x-orb-timestamp": times.join(", ") }),
  strangers: (body) => ({ "x-signature": hmac(overBody.secret, "hex", body) }),
};

const body = new TextEncoder().encode(orb.body);
const at = (name: string, time: string, expected: Variant["expected"]): Variant => {
  return { name, body, headers: headersFor(orb, body, time), secrets: [orb.secret], expected };
};

export const row: ProviderRow = {
  ...orb,
  more: [
    at("at a time without a zone, as Orb writes it", "2026-01-05T10:00:00", "verified"),
    at("at a time without a zone, with microseconds", "2026-01-05T09:59:59.123456", "verified"),
    at("at an old time without a zone", "2026-01-05T09:54:59", "timestamp-outside-window"),
    at("at a future time without a zone", "2026-01-05T10:05:01", "timestamp-outside-window"),
    at("at a day without a time", "2026-01-05", "timestamp-malformed"),
  ],
};
