import type { Identity } from "../identities.ts";

const event = { id: "8a63a0f4", event: "PURCHASE_APPROVED", version: "2.0.0" };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "8a63a0f5" } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
