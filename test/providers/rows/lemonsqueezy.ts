import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-signature" },
  body: '{"meta":{"event_name":"order_created"},"data":{"id":"1","attributes":{"store_id":9,"note":"é✓"}}}',
  event: { type: "order_created", tenant: "9" },
  echoes: { "x-event-name": "order_created" },
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
