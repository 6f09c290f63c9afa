import { Buffer } from "node:buffer";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { now, seconds } from "../../contract/provider-variants.ts";
import { hmac, standard } from "../row-schemes.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const body = '{"type":"order.paid","timestamp":"2026-01-05T10:00:00Z","data":{"id":"ord_1","name":"Zoë"}}';

export const row: ProviderRow = {
  ...standard,
  secret,
  otherSecret: "polar_whs_fedcba9876543210",
  body,
  event: { id: "msg_1", type: "order.paid" },
  sign: (bytes, time, key) =>
    hmac(key.startsWith("whsec_") ? Buffer.from(key.slice(6), "base64") : key, "base64", `msg_1.${time}.`, bytes),
  strangers: () => ({ "svix-signature": `v1,${Buffer.alloc(32).toString("base64")}` }),
  more: [
    {
      name: "signed with the text of the secret, as was done before 8 September 2026",
      headers: {
        "webhook-id": "msg_1",
        "webhook-timestamp": `${seconds}`,
        "webhook-signature": `v1,${hmac(secret, "base64", `msg_1.${now.getTime() / 1000}.`, body)}`,
      },
      body: new TextEncoder().encode(body),
      secrets: [secret],
      expected: "verified",
    },
  ],
};
