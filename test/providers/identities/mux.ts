import type { Identity } from "../identities.ts";

const event = { id: "1", type: "video.asset.ready", attempts: [] };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "2" } }],
  retry: [
    "the same event",
    "earlier attempts stand in the body",
    { body: event },
    { body: { ...event, attempts: [{ response_status_code: 500 }] }, seconds: 3600 },
  ],
};
