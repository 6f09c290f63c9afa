import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, standard } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...standard,
  secret: "ws_0123456789abcdef",
  otherSecret: "ws_fedcba9876543210",
  body: '{"id":"msg_1","type":"membership.activated","company_id":"biz_1","data":{"user":{"username":"zoë"}}}',
  event: { id: "msg_1", type: "membership.activated", tenant: "biz_1" },
  sign: (body, time, secret) => hmac(secret, "base64", `msg_1.${time}.`, body),
  strangers: (body) => ({ "x-whop-signature": `t=1767607200,v1=${hmac("ws_0123456789abcdef", "hex", body)}` }),
};
