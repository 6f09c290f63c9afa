import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const ping = new TextEncoder().encode("webhook_id=12");
const form = { "content-type": "application/x-www-form-urlencoded" };

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-wc-webhook-signature", encoding: "base64" },
  sign: (body, _, secret) => hmac(secret, "base64", body),
  body: '{"id":727,"status":"processing","total":"29.35","note":"é✓ \\/ $&"}',
  event: { id: "5f1d7a", type: "order.updated", unsigned: ["id", "type"] },
  others: () => ({
    "x-wc-webhook-delivery-id": "5f1d7a",
    "x-wc-webhook-topic": "order.updated",
    "x-wc-webhook-id": "12",
  }),
  strangers: (body) => ({ "x-shopify-hmac-sha256": hmac(overBody.secret, "base64", body) }),
  more: [
    {
      name: "that is a ping but for its wrong signature",
      body: ping,
      headers: { ...form, "x-wc-webhook-signature": hmac("battery staple", "base64", ping) },
      secrets: [overBody.secret],
      expected: "signature-wrong",
    },
    {
      name: "that is a ping but for a signature, which is right",
      body: ping,
      headers: { ...form, "x-wc-webhook-signature": hmac(overBody.secret, "base64", ping) },
      secrets: [overBody.secret],
      expected: "verified",
      events: [{}],
    },
  ],
};
