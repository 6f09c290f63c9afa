import type { Identity } from "../identities.ts";

const event = { id: "evt_1", description: "tracker.updated", pending_urls: ["a", "b"], completed_urls: [] };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "evt_2" } }],
  retry: [
    "the same event",
    "other addresses have been served meanwhile",
    { body: event },
    { body: { ...event, pending_urls: ["a"], completed_urls: ["b"] }, seconds: 3600 },
  ],
};
