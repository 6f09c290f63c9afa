import type { Identity } from "../identities.ts";

const event = { id: "notif_1", topic: "conversation.user.created", delivery_attempts: 1 };

export const identity: Identity = {
  events: ["another id", { body: event }, { body: { ...event, id: "notif_2" } }],
  retry: [
    "the same event",
    "the attempt is counted in the body",
    { body: event },
    { body: { ...event, delivery_attempts: 2 }, seconds: 60 },
  ],
};
