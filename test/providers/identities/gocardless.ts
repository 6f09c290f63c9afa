import type { Identity } from "../identities.ts";

const item = { id: "EV1", resource_type: "payments", action: "confirmed" };
const sent = (...items: readonly object[]) => ({ body: { events: items } });

export const identity: Identity = {
  events: ["another id", sent(item), sent({ ...item, id: "EV2" })],
  retry: ["the same event", "in a delivery of its own", sent(item), { ...sent(item), seconds: 3600 }],
};
