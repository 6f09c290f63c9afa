import type { Identity } from "../identities.ts";

const body = { object_kind: "tag_push", ref: "refs/tags/v1" };
const headers = { "idempotency-key": "1", "x-gitlab-webhook-uuid": "of the webhook" };

export const identity: Identity = {
  events: [
    "a tag that is pushed, deleted and pushed again",
    { body, headers },
    { body, headers: { ...headers, "idempotency-key": "2" } },
  ],
  retry: ["the same event", "the same id and bytes", { body, headers }, { body, headers, seconds: 3600 }],
};
