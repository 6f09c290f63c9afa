import type { Identity } from "../identities.ts";

const event = { type: 1, event: { type: "ENTITLEMENT_CREATE", timestamp: "2026-01-05T10:00:00Z" } };

export const identity: Identity = {
  events: [
    "another time",
    { body: event },
    { body: { ...event, event: { type: "ENTITLEMENT_CREATE", timestamp: "2026-01-05T10:00:01Z" } } },
  ],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 300 }],
};
