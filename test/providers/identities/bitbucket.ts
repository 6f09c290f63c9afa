import type { Identity } from "../identities.ts";

const body = { push: { changes: [] } };
const headers = { "x-request-uuid": "1", "x-event-key": "repo:push", "x-attempt-number": "1" };

export const identity: Identity = {
  events: ["equal bytes under another id", { body, headers }, { body, headers: { ...headers, "x-request-uuid": "2" } }],
  retry: ["the same event", "the same id and bytes", { body, headers }, { body, headers, seconds: 3600 }],
};
