import type { Identity } from "../identities.ts";

const body = { action: "update", type: "Issue", data: { id: "1" }, webhookTimestamp: 0 };
const headers = { "linear-delivery": "1" };

export const identity: Identity = {
  events: ["the same change a second later", { body, headers }, { body, headers, seconds: 1 }],
  retry: [
    "the same event",
    "its bytes, with their time, six hours later",
    { body, headers },
    { body, headers, seconds: 21_660, signedSeconds: 0 },
  ],
};
