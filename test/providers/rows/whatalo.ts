import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const whatalo = {
  ...{ ...bare, header: "x-webhook-signature" },
  body: '{"id":"evt_1","event":"order.created","store":"my-store","data":{"total":149.98,"note":"é✓ $&"}}',
  event: { id: "evt_1", type: "order.created", tenant: "my-store" },
  echoes: { "x-webhook-id": "evt_1", "x-webhook-event": "order.created" },
  strangers: (body: Uint8Array) => ({ "x-whatalo-signature": hmac(overBody.secret, "hex", body) }),
} as const;

export const row: ProviderRow = { ...overBody, ...whatalo };
