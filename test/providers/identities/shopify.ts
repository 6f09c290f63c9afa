import type { Identity } from "../identities.ts";

const body = { id: 1 };
const headers = { "x-shopify-webhook-id": "1", "x-shopify-topic": "orders/updated" };

export const identity: Identity = {
  events: [
    "equal bytes of two topics or times",
    { body, headers },
    { body, headers: { ...headers, "x-shopify-webhook-id": "2" } },
  ],
  retry: ["the same event", "the same id and bytes", { body, headers }, { body, headers, seconds: 3600 }],
};
