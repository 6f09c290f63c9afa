import type { Identity } from "../identities.ts";

const event = { MessageID: "m-1", RecordType: "Open", ReceivedAt: "2026-01-05T10:00:00Z" };

export const identity: Identity = {
  events: [
    "a message that is opened twice",
    { body: event },
    { body: { ...event, ReceivedAt: "2026-01-05T10:00:01Z" } },
  ],
  retry: ["the same event", "the same bytes", { body: event }, { body: event, seconds: 3600 }],
};
