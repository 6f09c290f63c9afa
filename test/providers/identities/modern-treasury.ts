import type { Identity } from "../identities.ts";

const body = { event: "created", data: { id: "1", object: "payment_order" } };
const headers = { "x-webhook-id": "1" };

export const identity: Identity = {
  events: ["equal bytes under another id", { body, headers }, { body, headers: { ...headers, "x-webhook-id": "2" } }],
  retry: ["the same event", "the same id and bytes", { body, headers }, { body, headers, seconds: 3600 }],
};
