import type { Identity } from "../identities.ts";

const headers = { "x-github-event": "issues", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
const body = { action: "opened", issue: { number: 1 } };

export const identity: Identity = {
  events: [
    "an issue that is closed, opened and closed again: equal bodies under another delivery id",
    { body, headers },
    { body, headers: { ...headers, "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0959" } },
  ],
  retry: ["the same event", "redelivered by hand, with its id", { body, headers }, { body, headers, seconds: 86_400 }],
};
