import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...overTimeAndBody,
  header: "paddle-signature",
  form: "semicolons",
  label: "h1=",
  otherLabels: ["h0=", "h2=", "H1=", "h1:", "v1=", ""],
  windowSeconds: 60,
  secret: "pdl_ntfset_of_a_test",
  otherSecret: "pdl_ntfset_of_another",
  body: '{"event_id":"evt_1","event_type":"transaction.completed","notification_id":"ntf_1","data":{"a":"é✓ $&"}}',
  event: { id: "evt_1", type: "transaction.completed" },
  sign: (body, time, secret) => hmac(secret, "hex", `${time}:`, body),
  write: (signatures, times) =>
    [...times.map((time) => `ts=${time}`), ...signatures.map((text) => `h1=${text}`)].join(";"),
  strangers: (body) => ({ "p-signature": hmac("pdl_ntfset_of_a_test", "hex", body) }),
};
