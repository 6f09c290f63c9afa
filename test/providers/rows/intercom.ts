import { createHmac } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, overBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...overBody,
  header: "x-hub-signature",
  form: "labelled",
  label: "sha1=",
  otherLabels: ["", "sha256=", "SHA1=", "sha1"],
  body: '{"type":"notification_event","app_id":"a-1","id":"notif_1","topic":"contact.created","data":{"name":"é✓"}}',
  event: { id: "notif_1", type: "contact.created", tenant: "a-1" },
  sign: (body, _, secret) => createHmac("sha1", secret).update(body).digest("hex"),
  write: (signatures) => signatures.map((text) => `sha1=${text}`).join(" "),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
