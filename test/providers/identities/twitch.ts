import type { Identity } from "../identities.ts";

const body = { subscription: { type: "channel.follow" }, event: { user_id: "1" } };
const headers = { "twitch-eventsub-message-id": "1" };

export const identity: Identity = {
  events: [
    "the same follower once more",
    { body, headers },
    { body, headers: { ...headers, "twitch-eventsub-message-id": "2" } },
  ],
  retry: ["the same event", "the same id and bytes, signed anew", { body, headers }, { body, headers, seconds: 60 }],
};
