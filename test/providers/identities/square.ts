import type { Identity } from "../identities.ts";

const event = { event_id: "1", type: "payment.updated", merchant_id: "M" };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, event_id: "2" } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
