import type { Identity } from "../identities.ts";

const body = { _id: "doc" };
const headers = { "idempotency-key": "1", "sanity-operation": "update" };

export const identity: Identity = {
  events: [
    "equal projections of two updates",
    { body, headers },
    { body, headers: { ...headers, "idempotency-key": "2" } },
  ],
  retry: ["the same event", "the same id and bytes, signed anew", { body, headers }, { body, headers, seconds: 60 }],
};
