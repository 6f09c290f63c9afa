import type { ProviderRow } from "../../contract/provider-row.ts";
import { headersFor } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const razorpay: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-razorpay-signature" },
  body: '{"entity":"event","account_id":"acc_1","event":"payment.captured","payload":{"note":"é✓"}}',
  event: { id: "evt_1", type: "payment.captured", tenant: "acc_1", unsigned: ["id"] },
  others: () => ({ "x-razorpay-event-id": "evt_1" }),
  strangers: (body) => ({ "x-signature": hmac(overBody.secret, "hex", body) }),
};

const bytes = new TextEncoder().encode(razorpay.body);

export const row: ProviderRow = {
  ...razorpay,
  more: [
    {
      name: "of an older event, signed with the secret before the last change",
      body: bytes,
      headers: headersFor(razorpay, bytes),
      secrets: ["the new one", razorpay.secret],
      expected: "verified",
    },
    {
      name: "without its event id",
      body: bytes,
      headers: { "x-razorpay-signature": hmac(overBody.secret, "hex", bytes) },
      secrets: [razorpay.secret],
      expected: "verified",
      events: [{ type: "payment.captured", tenant: "acc_1" }],
    },
  ],
};
