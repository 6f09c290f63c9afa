import type { Identity } from "../identities.ts";

const event = { order: 1 };

export const identity: Identity = {
  events: ["another order", { body: event }, { body: { ...event, order: 2 } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
