import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, labelled, overBody, sha256 } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "x-hackmamba-signature", write: labelled },
  body: '{"id":"evt_1","type":"user.created","livemode":false}',
  event: { id: "evt_1", type: "user.created", livemode: false },
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
