import type { Identity } from "../identities.ts";

const event = { id: "evt_1", type: "invoice.paid", livemode: true, pending_webhooks: 2 };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "evt_2" } }],
  retry: [
    "the same event",
    "signed anew, and other webhooks have been served meanwhile",
    { body: event },
    { body: { ...event, pending_webhooks: 1 }, seconds: 3600 },
  ],
};
