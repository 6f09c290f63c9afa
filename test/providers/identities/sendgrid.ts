import type { Identity } from "../identities.ts";

const item = { sg_event_id: "1", event: "open", email: "a@example.com" };
const sent = (...items: readonly object[]) => ({ body: items });

export const identity: Identity = {
  events: ["a mail that is opened twice in a second", sent(item), sent({ ...item, sg_event_id: "2" })],
  retry: ["the same event", "the same bytes, signed anew", sent(item), { ...sent(item), seconds: 3600 }],
};
