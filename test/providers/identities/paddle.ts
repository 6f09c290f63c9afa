import type { Identity } from "../identities.ts";

const event = { event_id: "evt_1", event_type: "transaction.paid", notification_id: "ntf_1" };

export const identity: Identity = {
  events: ["another event", { body: event }, { body: { ...event, event_id: "evt_2" } }],
  retry: [
    "the same event",
    "by another destination at the same address, signed anew",
    { body: event },
    { body: { ...event, notification_id: "ntf_2" }, seconds: 60 },
  ],
};
