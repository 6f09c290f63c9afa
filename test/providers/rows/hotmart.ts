import type { ProviderRow } from "../../contract/provider-row.ts";
import { bare, overBody } from "../row-schemes.ts";

const hotmart = {
  body: '{"id":"a1b2","event":"PURCHASE_APPROVED","version":"2.0.0","data":{"product":{"name":"Cerâmica"}}}\n',
  event: { id: "a1b2", type: "PURCHASE_APPROVED" },
} as const;

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, ...hotmart, header: "x-hotmart-signature" },
  strangers: () => ({ "x-hotmart-hottok": overBody.secret }),
};
