import type { Identity } from "../identities.ts";

const event = { id: "event_1", event: "user.created" };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "event_2" } }],
  retry: ["the same event", "the same bytes, signed anew", { body: event }, { body: event, seconds: 3600 }],
};
