import type { ProviderRow } from "../../contract/provider-row.ts";
import { commas, hmac, overBody, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overTimeAndBody, ...commas, header: "workos-signature" },
  ...{ windowSeconds: 180, timeUnit: "milliseconds" },
  write: (signatures, times) =>
    [...times.map((time) => `t=${time}`), ...signatures.map((text) => `v1=${text}`)].join(", "),
  body: '{"id":"event_1","event":"dsync.user.created","data":{"name":"Zoë ✓"},"created_at":"2026-01-05T10:00:00Z"}',
  event: { id: "event_1", type: "dsync.user.created" },
  strangers: (body) => ({ "stripe-signature": `t=1767607200000,v1=${hmac(overBody.secret, "hex", body)}` }),
};
