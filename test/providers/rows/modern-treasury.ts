import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-signature" },
  body: '{"event":"acknowledged","data":{"object":"payment_order","live_mode":false,"note":"é✓"}}',
  event: { id: "wh-1", type: "acknowledged", subtype: "payment_order", livemode: false, unsigned: ["id"] },
  others: () => ({ "x-webhook-id": "wh-1" }),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
