import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...overTimeAndBody,
  header: "x-zm-signature",
  form: "labelled",
  label: "v0=",
  otherLabels: ["", "v1=", "V0=", "v0:"],
  windowSeconds: 7200,
  body: '{"event":"meeting.started","event_ts":1767607200000,"payload":{"account_id":"A1","object":{"topic":"é ✓ $&"}}}',
  event: { type: "meeting.started", tenant: "A1" },
  sign: (body, time, secret) => hmac(secret, "hex", `v0:${time}:`, body),
  write: (signatures) => signatures.map((text) => `v0=${text}`).join(" "),
  others: (times) => ({ "x-zm-request-timestamp": times.join(", ") }),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overTimeAndBody.secret, "hex", body)}` }),
};
