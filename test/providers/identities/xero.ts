import type { Identity } from "../identities.ts";

const item = {
  eventType: "UPDATE",
  eventCategory: "CONTACT",
  resourceId: "1",
  eventDateUtc: "2026-01-05T10:00:00.001",
};
const sent = (...items: readonly object[]) => ({
  body: { events: items, firstEventSequence: 1, lastEventSequence: 1 },
});

export const identity: Identity = {
  events: [
    "the same contact a millisecond later",
    sent(item),
    sent({ ...item, eventDateUtc: "2026-01-05T10:00:00.002" }),
  ],
  retry: ["the same event", "the same bytes", sent(item), { ...sent(item), seconds: 3600 }],
};
