import { Buffer } from "node:buffer";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, standard, standardKey } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...standard, header: "svix-signature" },
  secret: `whsec_${standardKey}`,
  otherSecret: `whsec_${Buffer.from("another key of 24 bytes!").toString("base64")}`,
  unfitSecrets: ["whsec_?", "correct horse"],
  body: '{"data":{"id":"user_1","first_name":"Zoë"},"object":"event","note":"$& {body}","type":"user.created"}',
  event: { id: "msg_1", type: "user.created" },
  sign: (body, time, secret) =>
    hmac(Buffer.from(secret.replace("whsec_", ""), "base64"), "base64", `msg_1.${time}.`, body),
  others: (times) => ({ "svix-id": "msg_1", "svix-timestamp": times.join(", ") }),
  strangers: () => ({ "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}` }),
};
