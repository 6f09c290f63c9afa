import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, labelled, overBody, sha256 } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "x-doppler-signature", write: labelled },
  body: '{"type":"config.secrets.update","config":{"name":"dev_2"},"workplace":{"id":"fcd76","name":"Zoë ✓"}}',
  event: { type: "config.secrets.update", tenant: "fcd76" },
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
