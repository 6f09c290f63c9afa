import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, labelled, overBody, sha256 } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "x-hub-signature", write: labelled },
  body: '{"actor":{"display_name":"Zoë"},"push":{"changes":[]}}',
  event: { id: "7a0a7a5b", type: "repo:push", unsigned: ["id", "type"] },
  others: () => ({ "x-request-uuid": "7a0a7a5b", "x-event-key": "repo:push", "x-hook-uuid": "h-1" }),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
