import type { Identity } from "../identities.ts";

const event = { id: "evt_1", type: "job.done", livemode: true };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "evt_2" } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
