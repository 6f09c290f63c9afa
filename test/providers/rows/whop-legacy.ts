import { createHash } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { seconds } from "../../contract/provider-variants.ts";
import { commas, hmac, overBody, overTimeAndBody } from "../row-schemes.ts";

const body = '{"action":"payment.succeeded","company":"biz_1","data":{"id":"pay_1","note":"é✓"}}';

export const row: ProviderRow = {
  ...{ ...overTimeAndBody, ...commas, header: "x-whop-signature" },
  body,
  event: {
    id: `${seconds}.${createHash("sha256").update(body).digest("hex")}`,
    type: "payment.succeeded",
    tenant: "biz_1",
  },
  strangers: (body) => ({ "webhook-signature": `v1,${hmac(overBody.secret, "base64", body)}` }),
};
