import { Buffer } from "node:buffer";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { seconds } from "../../contract/provider-variants.ts";
import { hmac, standard } from "../row-schemes.ts";

const secret = `whsec_${Buffer.from("a signing token has 32 bytes: 32").toString("base64")}`;
const sign = (body: Uint8Array, time: string, token: string) =>
  hmac(Buffer.from(token.replace("whsec_", ""), "base64"), "base64", `msg_1.${time}.`, body);
const system = new TextEncoder().encode('{"event_name":"project_create","name":"Zoë"}');

export const row: ProviderRow = {
  ...standard,
  secret,
  otherSecret: `whsec_${Buffer.from("another token of 32 bytes, too..").toString("base64")}`,
  unfitSecrets: ["whsec_?", "correct horse"],
  body: '{"object_kind":"push","event_name":"push","ref":"refs/heads/main","user_name":"Zoë"}',
  event: { id: "msg_1", type: "push" },
  sign,
  others: (times) => ({
    "webhook-id": "msg_1",
    "webhook-timestamp": times.join(", "),
    "idempotency-key": "msg_1",
    "x-gitlab-event": "Tag Push Hook",
  }),
  strangers: () => ({ "x-gitlab-token": secret }),
  more: [
    {
      name: "of the instance, which names its events elsewhere",
      headers: {
        "webhook-id": "msg_1",
        "webhook-timestamp": `${seconds}`,
        "webhook-signature": `v1,${sign(system, `${seconds}`, secret)}`,
      },
      body: system,
      secrets: [secret],
      expected: "verified",
      events: [{ id: "msg_1", type: "project_create" }],
    },
  ],
};
