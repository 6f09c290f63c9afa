import { createHmac } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const url = "https://hooks.example/square?a=1&b=é";
const body = '{"merchant_id":"M1","type":"payment.created","event_id":"e-1","data":{"note":"é✓"}}';
const elsewhere = {
  "the URL without its query": "https://hooks.example/square",
  "the host that AWS shows": "https://abcdefghij.lambda-url.eu-central-1.on.aws/square",
  "no URL": "",
  "a line between URL and body": `${url}\n`,
} as const;

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-square-hmacsha256-signature", encoding: "base64" },
  url,
  body,
  event: { id: "e-1", type: "payment.created", tenant: "M1" },
  sign: (bytes, _, secret) => hmac(secret, "base64", url, bytes),
  strangers: (bytes) => ({
    "x-square-signature": createHmac("sha1", overBody.secret).update(url).update(bytes).digest("base64"),
  }),
  more: Object.entries(elsewhere).map(([what, prefix]) => ({
    name: `signed with ${what}`,
    headers: { "x-square-hmacsha256-signature": hmac(overBody.secret, "base64", prefix, body) },
    body: new TextEncoder().encode(body),
    secrets: [overBody.secret],
    expected: "signature-wrong",
  })),
};
