import type { Identity } from "../identities.ts";

const event = { type: "webhook_event", id: "eb0c4e06", trigger: "FILE.UPLOADED" };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "eb0c4e07" } }],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
