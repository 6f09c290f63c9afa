import type { Identity } from "../identities.ts";

const event = { id: "1", event: "order.created", store: "s" };

export const identity: Identity = {
  events: ["one id with another signed type", { body: event }, { body: { ...event, event: "order.paid" } }],
  retry: ["the same event", "the same bytes, signed anew", { body: event }, { body: event, seconds: 3600 }],
};
