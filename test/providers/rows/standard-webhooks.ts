import { Buffer } from "node:buffer";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, standard, standardKey } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...standard,
  secret: `whsec_${standardKey}`,
  otherSecret: `whsec_${Buffer.from("another key of 24 bytes!").toString("base64")}`,
  unfitSecrets: ["whsec_?", `whsec_${standardKey}=`, `whsec_ ${standardKey}`, "correct horse"],
  body: '{"type":"contact.created","data":{"name":"Zoë"}}',
  event: { id: "msg_1", type: "contact.created" },
  sign: (body, time, secret) =>
    hmac(Buffer.from(secret.replace("whsec_", ""), "base64"), "base64", `msg_1.${time}.`, body),
  strangers: () => ({ "svix-signature": `v1,${Buffer.alloc(32).toString("base64")}` }),
};
