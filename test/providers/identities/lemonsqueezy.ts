import type { Identity } from "../identities.ts";

const event = {
  meta: { event_name: "order_created" },
  data: { id: "1", attributes: { updated_at: "2026-01-05T10:00:00Z" } },
};

export const identity: Identity = {
  events: [
    "the same order a second later",
    { body: event },
    { body: { ...event, data: { id: "1", attributes: { updated_at: "2026-01-05T10:00:01Z" } } } },
  ],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 125 }],
};
