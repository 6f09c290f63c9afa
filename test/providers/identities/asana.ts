import type { Identity } from "../identities.ts";

const item = { action: "changed", created_at: "2026-01-05T10:00:00.000Z", resource: { gid: "1" } };
const sent = (...items: readonly object[]) => ({ body: { events: items } });

export const identity: Identity = {
  events: ["another change a millisecond later", sent(item), sent({ ...item, created_at: "2026-01-05T10:00:00.001Z" })],
  retry: ["the same event", "the same bytes", sent(item), { ...sent(item), seconds: 3600 }],
};
