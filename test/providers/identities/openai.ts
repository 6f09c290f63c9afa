import type { Identity } from "../identities.ts";

const body = { type: "response.completed", data: { id: "r" } };
const headers = { "webhook-id": "1" };

export const identity: Identity = {
  events: ["equal bytes under another id", { body, headers }, { body, headers: { ...headers, "webhook-id": "2" } }],
  retry: ["the same event", "the same id and bytes, signed anew", { body, headers }, { body, headers, seconds: 3600 }],
};
