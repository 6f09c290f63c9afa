import type { Identity } from "../identities.ts";

const body = { webhookEvent: "jira:issue_updated", issue: { id: "1" } };
const headers = { "x-atlassian-webhook-identifier": "1" };

export const identity: Identity = {
  events: [
    "equal bytes under another id",
    { body, headers },
    { body, headers: { ...headers, "x-atlassian-webhook-identifier": "2" } },
  ],
  retry: ["the same event", "the same id and bytes", { body, headers }, { body, headers, seconds: 3600 }],
};
