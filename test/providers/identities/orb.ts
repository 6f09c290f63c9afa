import type { Identity } from "../identities.ts";

const event = { id: "1", type: "invoice.issued" };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "2" } }],
  retry: ["the same event", "the same bytes, signed anew", { body: event }, { body: event, seconds: 3600 }],
};
