import type { Identity } from "../identities.ts";

const event = { type: "event_callback", event_id: "Ev1", event: { type: "message", text: "hi" } };

export const identity: Identity = {
  events: ["the same text once more", { body: event }, { body: { ...event, event_id: "Ev2" } }],
  retry: [
    "the same event",
    "the same bytes, signed anew, its number in a header",
    { body: event },
    { body: event, seconds: 60 },
  ],
};
