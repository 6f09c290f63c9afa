import type { Identity } from "../identities.ts";

const sent = (token: string) => ({
  body: { signature: { timestamp: "", token, signature: "" }, "event-data": { id: "e", event: "opened" } },
});

export const identity: Identity = {
  events: ["a mail that is opened twice", sent("1".repeat(50)), sent("2".repeat(50))],
  retry: ["the same event", "the same token", sent("1".repeat(50)), { ...sent("1".repeat(50)), seconds: 300 }],
};
