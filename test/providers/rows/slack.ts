import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...overTimeAndBody,
  header: "x-slack-signature",
  form: "labelled",
  label: "v0=",
  otherLabels: ["", "v1=", "V0=", "v0:"],
  body: '{"team_id":"T1","event":{"type":"app_mention","text":"é ✓ $&"},"type":"event_callback","event_id":"Ev1"}',
  event: { id: "Ev1", type: "app_mention", tenant: "T1" },
  sign: (body, time, secret) => hmac(secret, "hex", `v0:${time}:`, body),
  write: (signatures) => signatures.map((text) => `v0=${text}`).join(" "),
  others: (times) => ({ "x-slack-request-timestamp": times.join(", "), "x-slack-retry-num": "1" }),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overTimeAndBody.secret, "hex", body)}` }),
};
