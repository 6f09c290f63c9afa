import type { Identity } from "../identities.ts";

const event = { event: "invitee.created", created_at: "2026-01-05T10:00:00Z", payload: {} };

export const identity: Identity = {
  events: ["another time", { body: event }, { body: { ...event, created_at: "2026-01-05T10:00:01Z" } }],
  retry: ["the same event", "the same bytes, signed anew", { body: event }, { body: event, seconds: 3600 }],
};
