import type { Identity } from "../identities.ts";

const body = { nightly: true };
const headers = { "upstash-message-id": "1" };

export const identity: Identity = {
  events: [
    "a schedule that sends the same each night",
    { body, headers },
    { body, headers: { ...headers, "upstash-message-id": "2" } },
  ],
  retry: [
    "the same event",
    "the same id and bytes, under a token of its own",
    { body, headers },
    { body, headers, seconds: 3600 },
  ],
};
