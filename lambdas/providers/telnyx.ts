import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Telnyx (API v2).
 *
 * - **Secret**: Mission Control Portal → Keys & Credentials → Public Key, base64 of 32 bytes. It is no secret, but
 *   only it may be set.
 * - **Signed**: `<telnyx-timestamp>|<body>` with Ed25519, in base64 in `telnyx-signature-ed25519`. The time is in
 *   seconds; the window is 300 s on both sides.
 * - **Id and type**: `/data/id` and `/data/event_type` of the signed body. The id is the event's own, while
 *   `/meta/attempt` changes from one attempt to the next, so the id alone is the identity.
 * - **Retry**: the same event: `/data/id` stays the same, while `/meta/attempt` counts.
 * - **Patience**: 2 s. Up to 3 attempts for each URL, then the failover URL; for how long was not found, 1 hour is
 *   assumed. Order is not kept.
 *
 * Unverified: that a retry is signed anew, at its own time.
 *
 * @see https://developers.telnyx.com/development/api-fundamentals/webhooks/receiving-webhooks (2026-11)
 * @see https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks (2026-11)
 */
export const telnyx: Provider = defineProvider({
  name: "telnyx",
  title: "Telnyx",
  coversBody: true,
  answerWithinSeconds: 2,
  retryHours: 1,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "ed25519",
    key: "base64",
    signature: { header: "telnyx-signature-ed25519" },
    encoding: "base64",
    signed: ["timestamp", { text: "|" }, "body"],
    timestamp: { header: "telnyx-timestamp", unit: "seconds", toleranceSeconds: 300 },
  },
  events: { id: { json: "/data/id" }, type: { json: "/data/event_type" } },
});
