import type { Identity } from "../identities.ts";

const event = { id: "WH-1", event_type: "PAYMENT.SALE.COMPLETED" };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "WH-2" } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
