import { eventsAt } from "../core/events/batched-events.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Pusher Channels.
 *
 * - **Secret**: Dashboard → the app → App Keys → secret. The whole text is the key. Where an app has several keys, it
 *   is that of the oldest active one; others may be configured beside it.
 * - **Signed**: the body alone, `X-Pusher-Signature` in hex. `X-Pusher-Key`, which names the key, is not signed and
 *   ignored: every configured secret is tried. No window: a captured body can be sent again.
 * - **Id and type**: an event has no id, and the type is its `name` (`channel_occupied`). The body is the identity.
 * - **Retry**: the same event: its bytes are its identity. Equal items of one delivery are events of their own, by their
 *   place.
 * - **Patience**: 4 s. It retries with growing pauses for 5 minutes.
 * - **Batches**: each item of `/events` is one event. Its body is the delivery with that one item in it: `time_ms`
 *   beside the items is all that tells one `channel_occupied` from the next.
 *
 * Unverified: that a retry has the same `time_ms`; by the documentation it is the time when the webhook was made.
 *
 * @see https://pusher.com/docs/channels/server_api/webhooks/ (2026-11)
 * @see https://docs.bird.com/pusher/channels/channels/webhooks/channels-webhook-timeouts-and-retries (2026-11)
 */
export const pusher: Provider = defineProvider({
  name: "pusher",
  title: "Pusher Channels",
  coversBody: true,
  answerWithinSeconds: 4,
  retryHours: 1,
  identity: "body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-pusher-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: eventsAt("/events", { type: "/name" }, "delivery"),
});
