import type { Identity } from "../identities.ts";

const item = { type: "message", webhookEventId: "1", deliveryContext: { isRedelivery: false } };
const sent = (...items: readonly object[]) => ({ body: { destination: "U", events: items } });

export const identity: Identity = {
  events: ["another id", sent(item), sent({ ...item, webhookEventId: "2" })],
  retry: [
    "the same event",
    "it says that it is one",
    sent(item),
    { ...sent({ ...item, deliveryContext: { isRedelivery: true } }), seconds: 60 },
  ],
};
