import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-shopify-hmac-sha256", encoding: "base64" },
  secret: "shpss_0123456789abcdef",
  otherSecret: "shpss_fedcba9876543210",
  body: '{"id":820982911946154508,"total_price":"398.00","note":"\\u00e9 \\/ é"}',
  event: { id: "b54557e4", type: "orders/create", tenant: "a-shop.myshopify.com", unsigned: ["id", "type"] },
  sign: (body, _, secret) => hmac(secret, "base64", body),
  others: () => ({
    "x-shopify-webhook-id": "b54557e4",
    "x-shopify-event-id": "98880550",
    "x-shopify-topic": "orders/create",
    "x-shopify-shop-domain": "a-shop.myshopify.com",
  }),
  strangers: (body) => ({ "shopify-hmac-sha256": hmac("shpss_0123456789abcdef", "base64", body) }),
};
