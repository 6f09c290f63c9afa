import type { Identity } from "../identities.ts";

const event = { event: "meeting.started", event_ts: 1767607200000, payload: {} };

export const identity: Identity = {
  events: ["the same meeting a millisecond later", { body: event }, { body: { ...event, event_ts: 1767607200001 } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
