import type { ProviderRow } from "../../contract/provider-row.ts";
import { seconds } from "../../contract/provider-variants.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const bodyAt = (time: string) =>
  `{"action":"create","type":"Issue","organizationId":"o-1","data":{"title":"é✓ $&"},"webhookTimestamp":${time}}`;
const old = new TextEncoder().encode(bodyAt(`${seconds * 1000 - 28_801_000}`));

export const row: ProviderRow = {
  ...{ ...overBody, ...bare, header: "linear-signature" },
  secret: "lin_wh_of_a_test",
  otherSecret: "lin_wh_of_another",
  body: "",
  bodyAt,
  timeUnit: "milliseconds",
  windowSeconds: 28_800,
  event: { id: "d-1", type: "Issue", subtype: "create", tenant: "o-1", unsigned: ["id"] },
  others: () => ({ "linear-delivery": "d-1", "linear-event": "Comment" }),
  strangers: (body) => ({ "x-linear-signature": hmac("lin_wh_of_a_test", "hex", body) }),
  more: [
    {
      name: "that is old, under a header that says it is not",
      headers: {
        "linear-delivery": "d-1",
        "linear-timestamp": `${seconds * 1000}`,
        "linear-signature": hmac("lin_wh_of_a_test", "hex", old),
      },
      body: old,
      secrets: ["lin_wh_of_a_test"],
      expected: "timestamp-outside-window",
    },
  ],
};
