import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Stripe.
 *
 * - **Secret**: Dashboard → Developers → Webhooks → the endpoint → Signing secret, `whsec_…`. The whole text is the
 *   key.
 * - **Signed**: `<t>.<body>`, `Stripe-Signature: t=…,v1=…` in hex, one `v1` per active secret. `v0` never counts. The
 *   window is 300 s on both sides; Stripe's own libraries check the past only.
 * - **Id and type**: `/id` and `/type` of the signed body; the id is the identity.
 * - **Retry**: the same event: `id` stays the same; the signature has a new time. Its bytes may differ
 *   (`pending_webhooks`), so the id alone is the identity. Two endpoints at one URL send one id with two secrets,
 *   which is one event, too.
 * - **Patience**: a 2xx at once; retries, ever further apart, for up to 3 days in live mode.
 *
 * Unverified: the time to answer has no figure; 10 s are assumed.
 *
 * @see https://docs.stripe.com/webhooks (2026-11)
 * @see https://docs.stripe.com/api/events/types (2026-11)
 */
export const stripe: Provider = defineProvider({
  name: "stripe",
  title: "Stripe",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 72,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "stripe-signature", split: ",", take: "v1=" },
    encoding: "hex",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: { header: "stripe-signature", split: ",", take: "t=", unit: "seconds", toleranceSeconds: 300 },
  },
  events: { id: { json: "/id" }, type: { json: "/type" }, livemode: { json: "/livemode" } },
});
