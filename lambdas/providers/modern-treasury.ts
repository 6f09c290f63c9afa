import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Modern Treasury.
 *
 * - **Secret**: app.moderntreasury.com → Developers → Webhooks → the endpoint → Webhook key. The whole text is the
 *   key.
 * - **Signed**: the body alone, `X-Signature` in hex. No time is signed, so a captured body can be sent again.
 * - **Id and type**: `X-Webhook-ID`, documented as unique and as the one to process once, but not signed: the identity
 *   takes the body in, and the event is marked. The type is `/event` and `/data/object` of the signed body
 *   (`created.payment_order`).
 * - **Retry**: the same event: `X-Webhook-ID` and the body stay the same.
 * - **Patience**: 5 s. It retries with growing pauses, for how long was not found; 72 hours are assumed.
 *
 * @see https://docs.moderntreasury.com/platform/reference/webhooks (2026-11)
 * @see https://docs.moderntreasury.com/platform/reference/payment-orders (2026-11)
 */
export const modernTreasury: Provider = defineProvider({
  name: "modern-treasury",
  title: "Modern Treasury",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 72,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: {
    id: { header: "x-webhook-id" },
    type: { json: "/event" },
    subtype: { json: "/data/object" },
    livemode: { json: "/data/live_mode" },
  },
});
