import type { ProviderRow } from "../../contract/provider-row.ts";
import { alone, hmac } from "../row-schemes.ts";

const hotmart = {
  body: '{"id":"a1b2","event":"PURCHASE_APPROVED","version":"2.0.0","data":{"product":{"name":"Cerâmica"}}}\n',
  event: { id: "a1b2", type: "PURCHASE_APPROVED" },
} as const;

export const row: ProviderRow = {
  ...hotmart,
  secret: "aTokenOfAnAccount",
  otherSecret: "aTokenOfAnother",
  header: "x-hotmart-hottok",
  form: "token",
  encoding: "text",
  label: "",
  otherLabels: [],
  coversBody: false,
  sign: (_, __, secret) => secret,
  write: alone,
  others: () => ({}),
  strangers: (body) => ({ "x-hotmart-signature": hmac("aTokenOfAnAccount", "hex", body) }),
};
