import type { ProviderRow } from "../../contract/provider-row.ts";
import { commas, hmac, overBody, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overTimeAndBody, ...commas, header: "x-whop-signature" },
  body: '{"action":"payment.succeeded","company":"biz_1","data":{"id":"pay_1","note":"é✓"}}',
  event: { type: "payment.succeeded", tenant: "biz_1" },
  strangers: (body) => ({ "webhook-signature": `v1,${hmac(overBody.secret, "base64", body)}` }),
};
