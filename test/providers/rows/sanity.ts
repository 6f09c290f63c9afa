import { createHmac } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { commas, hmac, overBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...commas, header: "sanity-webhook-signature", encoding: "base64url" },
  ...{ windowSeconds: 300, timeUnit: "milliseconds" },
  write: (signatures, times) =>
    [...times.map((time) => `t=${time}`), ...signatures.map((text) => `v1=${text}`)].join(","),
  body: '{"_id":"post-1","_type":"post","title":"Zoë ✓"}',
  event: { id: "key-1", type: "update", unsigned: ["id", "type"] },
  sign: (body, time, secret) => createHmac("sha256", secret).update(`${time}.`).update(body).digest("base64url"),
  others: () => ({ "idempotency-key": "key-1", "sanity-operation": "update", "sanity-project-id": "abc123de" }),
  strangers: (body) => ({ "x-sanity-signature": hmac(overBody.secret, "base64", body) }),
};
