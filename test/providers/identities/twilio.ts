import type { Identity } from "../identities.ts";

const body = "MessageSid=SM1&MessageStatus=sent";
const headers = { "i-twilio-idempotency-token": "1", "content-type": "application/x-www-form-urlencoded" };

export const identity: Identity = {
  events: [
    "equal bytes under another token",
    { body, headers },
    { body, headers: { ...headers, "i-twilio-idempotency-token": "2" } },
  ],
  retry: ["the same event", "the same token and bytes", { body, headers }, { body, headers, seconds: 10 }],
};
