import type { Identity } from "../identities.ts";

const event = { type: "balancePlatform.transfer.updated", data: { id: "1" }, timestamp: "2026-01-05T10:00:00Z" };

export const identity: Identity = {
  events: [
    "the same transfer a second later",
    { body: event },
    { body: { ...event, timestamp: "2026-01-05T10:00:01Z" } },
  ],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
