import type { Identity } from "../identities.ts";

const status = { id: "wamid.1", status: "sent", timestamp: "1767607200" };
const sent = (one: object) => ({
  body: {
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value: { statuses: [one] } }] }],
  },
});

export const identity: Identity = {
  events: [
    "a message that is sent and then delivered, under one id",
    sent(status),
    sent({ ...status, status: "delivered" }),
  ],
  retry: ["the same event", "the same bytes", sent(status), { ...sent(status), seconds: 3600 }],
};
