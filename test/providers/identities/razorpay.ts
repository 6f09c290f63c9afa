import type { Identity } from "../identities.ts";

const body = { event: "payment.captured", account_id: "a" };
const headers = { "x-razorpay-event-id": "1" };

export const identity: Identity = {
  events: [
    "equal bytes under another id",
    { body, headers },
    { body, headers: { ...headers, "x-razorpay-event-id": "2" } },
  ],
  retry: ["the same event", "the same id and bytes", { body, headers }, { body, headers, seconds: 3600 }],
};
