import type { ProviderRow } from "../../contract/provider-row.ts";
import { commas, hmac, overTimeAndBody } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overTimeAndBody, ...commas, header: "stripe-signature" },
  secret: "whsec_of_a_test",
  otherSecret: "whsec_of_another",
  body: '{"id":"evt_1","type":"invoice.paid","livemode":true,"note":"é✓ $& {body}"}\r\n',
  event: { id: "evt_1", type: "invoice.paid", livemode: true },
  strangers: (body) => ({ "x-stripe-signature": hmac("whsec_of_a_test", "hex", body) }),
};
