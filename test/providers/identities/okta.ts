import type { Identity } from "../identities.ts";

const item = { uuid: "1", eventType: "user.session.start" };
const sent = (...items: readonly object[]) => ({ body: { eventId: "r", data: { events: items } } });

export const identity: Identity = {
  events: ["another id", sent(item), sent({ ...item, uuid: "2" })],
  retry: ["the same event", "the same bytes", sent(item), { ...sent(item), seconds: 60 }],
};
