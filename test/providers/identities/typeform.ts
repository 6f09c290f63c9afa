import type { Identity } from "../identities.ts";

const event = { event_id: "1", event_type: "form_response" };

export const identity: Identity = {
  events: ["the same answers once more", { body: event }, { body: { ...event, event_id: "2" } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
