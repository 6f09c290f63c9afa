import type { ProviderRow } from "../../contract/provider-row.ts";
import { alone, hmac } from "../row-schemes.ts";

export const row: ProviderRow = {
  secret: "aTokenOfAWebhook",
  otherSecret: "aTokenOfAnother",
  body: '{"object_kind":"merge_request","user":{"name":"Zoë"}}\n',
  event: { id: "key-1", type: "merge_request", unsigned: ["id"] },
  header: "x-gitlab-token",
  form: "token",
  encoding: "text",
  label: "",
  otherLabels: [],
  coversBody: false,
  sign: (_, __, secret) => secret,
  write: alone,
  others: () => ({ "idempotency-key": "key-1", "x-gitlab-event": "Merge Request Hook" }),
  strangers: (body) => ({ "webhook-signature": `v1,${hmac("aTokenOfAWebhook", "base64", body)}` }),
};
