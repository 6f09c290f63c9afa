import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, labelled, overBody, sha256 } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "typeform-signature", encoding: "base64", write: labelled },
  body: '{"event_id":"ev-1","event_type":"form_response","form_response":{"answers":[{"text":"é ✓"}]}}',
  event: { id: "ev-1", type: "form_response" },
  sign: (body, _, secret) => hmac(secret, "base64", body),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
