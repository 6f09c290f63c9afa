import type { ProviderRow } from "../../contract/provider-row.ts";
import { now, type Variant } from "../../contract/provider-variants.ts";
import { hmac, labelled, overBody, sha256 } from "../row-schemes.ts";

const { secret } = overBody;
const time = now.toISOString();
const nanoseconds = time.replace("000Z", "634234626Z");

const sent = (name: string, at: string, id: string, body: string, more: Partial<Variant> = {}): Variant => ({
  name,
  headers: {
    "twitch-eventsub-message-id": id,
    "twitch-eventsub-message-timestamp": at,
    "twitch-eventsub-message-signature": `sha256=${hmac(secret, "hex", "m-1", at, body)}`,
    ...more.headers,
  },
  body: new TextEncoder().encode(body),
  secrets: [secret],
  expected: "verified",
  ...(more.expected === undefined ? {} : { expected: more.expected }),
  ...(more.events === undefined ? {} : { events: more.events }),
});

export const row: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "twitch-eventsub-message-signature", write: labelled },
  body: '{"subscription":{"type":"channel.follow","status":"enabled"},"event":{"user_name":"Zoë $& {body}"}}',
  event: { id: "m-1", type: "channel.follow" },
  timeUnit: "iso",
  windowSeconds: 600,
  sign: (body, at, key) => hmac(key, "hex", "m-1", at, body),
  others: (times) => ({
    "twitch-eventsub-message-id": "m-1",
    "twitch-eventsub-message-timestamp": times.join(", "),
    "twitch-eventsub-message-type": "notification",
    "twitch-eventsub-subscription-type": "channel.ban",
  }),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(secret, "hex", body)}` }),
  more: [
    sent("with its time in nanoseconds", nanoseconds, "m-1", '{"subscription":{"type":"stream.online"},"event":{}}', {
      events: [{ id: "m-1", type: "stream.online" }],
    }),
    sent("under another id than was signed", time, "m-2", "{}", { expected: "signature-wrong" }),
    sent(
      "that revokes its subscription",
      time,
      "m-1",
      '{"subscription":{"type":"channel.follow","status":"user_removed"}}',
      {
        headers: { "twitch-eventsub-message-type": "revocation" },
        events: [{ id: "m-1", type: "channel.follow" }],
      },
    ),
  ],
};
