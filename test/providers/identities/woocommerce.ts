import type { Identity } from "../identities.ts";

const body = { id: 1, status: "processing" };
const headers = { "x-wc-webhook-delivery-id": "1", "x-wc-webhook-topic": "order.updated" };

export const identity: Identity = {
  events: [
    "order.created and order.updated often have the same bytes",
    { body, headers },
    { body, headers: { ...headers, "x-wc-webhook-delivery-id": "2" } },
  ],
  retry: [
    "the same event",
    "there is none: what comes twice is sent by somebody else",
    { body, headers },
    { body, headers, seconds: 3600 },
  ],
};
