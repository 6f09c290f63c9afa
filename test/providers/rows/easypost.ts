import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, labelled, overBody } from "../row-schemes.ts";

const label = "hmac-sha256-hex=";

export const row: ProviderRow = {
  ...overBody,
  // The key is its NFKD: "É" as two letters.
  secret: "sÉcret",
  otherSecret: "sEcret",
  header: "x-hmac-signature",
  form: "labelled",
  label,
  otherLabels: ["", "sha256=", "hmac-sha256-base64=", "HMAC-SHA256-HEX="],
  body: '{"id":"evt_1","description":"tracker.updated","result":{"weight": 136.0,"note":"é✓"}}',
  event: { id: "evt_1", type: "tracker.updated" },
  sign: (body, _, secret) => hmac(secret === "sÉcret" ? "sE\u0301cret" : secret, "hex", body),
  write: (signatures) => labelled(signatures).replaceAll("sha256=", label),
  strangers: (body) => ({ "x-hmac-signature-v2": `${label}${hmac("sE\u0301cret", "hex", body)}` }),
};
