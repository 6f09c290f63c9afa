import type { Identity } from "../identities.ts";

const event = { data: { id: "1", event_type: "message.finalized" }, meta: { attempt: 1 } };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, data: { id: "2", event_type: "message.finalized" } } }],
  retry: [
    "the same event",
    "the attempt is counted in the body",
    { body: event },
    { body: { ...event, meta: { attempt: 2 } }, seconds: 60 },
  ],
};
