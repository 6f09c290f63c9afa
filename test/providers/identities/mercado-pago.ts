import type { Identity } from "../identities.ts";

const event = { id: 1, type: "payment", action: "payment.updated", data: { id: "7" } };

export const identity: Identity = {
  events: ["another notice of the same payment", { body: event }, { body: { ...event, id: 2 } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
