import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-dropbox-signature" },
  body: '{"list_folder":{"accounts":["dbid:é"]},"delta":{"users":[1]}}',
  event: {},
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
