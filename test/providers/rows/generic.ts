import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-signature" },
  body: '{"id":"1","type":"read by nobody"}\n',
  event: {},
  strangers: (body) => ({ "x-signature-256": hmac(overBody.secret, "hex", body) }),
};
