import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Paddle (Billing).
 *
 * - **Secret**: Paddle → Developer Tools → Notifications → the destination → Secret key, `pdl_ntfset_…`. The whole text
 *   is the key.
 * - **Signed**: `<ts>:<body>`, `Paddle-Signature: ts=…;h1=…` in hex, several `h1` while a secret is rotated; any of
 *   them counts. The window is 60 s on both sides. Paddle's own libraries take 5 s in the past and any time in the
 *   future: a clock that is a little off would then refuse everything, and a repeat within a minute has the same id
 *   anyway.
 * - **Id and type**: `/event_id` and `/event_type` of the signed body. One event id is one event; `/notification_id` is
 *   another per destination. Hence the identity.
 * - **Retry**: the same event: `/event_id` stays the same; the signature has a new time. Two destinations at one
 *   address send it with a `notification_id` each, which is one event, too.
 * - **Patience**: 5 s, and a 200. Live: 60 retries in 3 days, 20 of them in the first hour. Sandbox: 3 in 15 minutes.
 *   Each attempt is signed anew.
 *
 * @see https://developer.paddle.com/webhooks/signature-verification (2026-11)
 * @see https://developer.paddle.com/webhooks/respond-to-webhooks (2026-11)
 */
export const paddle: Provider = defineProvider({
  name: "paddle",
  title: "Paddle",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 72,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "paddle-signature", split: ";", take: "h1=" },
    encoding: "hex",
    signed: ["timestamp", { text: ":" }, "body"],
    timestamp: { header: "paddle-signature", split: ";", take: "ts=", unit: "seconds", toleranceSeconds: 60 },
  },
  events: { id: { json: "/event_id" }, type: { json: "/event_type" } },
});
