import type { Identity } from "../identities.ts";

const event = { message: { data: "e30=", messageId: "1" }, subscription: "s" };

export const identity: Identity = {
  events: [
    "equal data published twice",
    { body: event },
    { body: { ...event, message: { data: "e30=", messageId: "2" } } },
  ],
  retry: ["the same event", "the same bytes, under another token", { body: event }, { body: event, seconds: 3600 }],
};
