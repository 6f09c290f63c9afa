import type { Identity } from "../identities.ts";

const event = (name: string) => ({ name, channel: "c" });
const body = { time_ms: 1, events: [event("channel_occupied"), event("channel_vacated"), event("channel_occupied")] };

export const identity: Identity = {
  events: ["the same changes of a channel, a moment later", { body }, { body: { ...body, time_ms: 2 } }],
  retry: ["the same event", "the bytes of the first", { body }, { body, seconds: 60 }],
};
