import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Whatalo, verified as its SDK does.
 *
 * - **Secret**: the client secret that the plugin was given when it was registered. The whole text is the key.
 * - **Signed**: the body alone, `X-Webhook-Signature`, hex. No time is signed, so a captured body can be sent again:
 *   `whatalo-timestamped` is the stronger scheme, where your deliveries are signed by it.
 * - **Id and type**: `/id`, `/event` and the tenant `/store` of the signed body. `X-Webhook-ID` and `X-Webhook-Event`
 *   are not signed: where they are present they must say the same, and alone they are not believed. The id is
 *   documented as the one to check for repeats, hence the identity.
 * - **Retry**: the same event: `/id` stays the same.
 * - **Patience**: 15 s; retries with growing pauses, for how long was not found; 72 hours are assumed.
 *
 * Unverified: the encoding is not documented, hex is assumed; nor is it said in so many words that `X-Webhook-ID` is
 * the body's `/id`. If a delivery is refused with `header-contradicts`, it is not.
 *
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/verification (2026-11)
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/event-reference (2026-11)
 */
export const whatalo: Provider = defineProvider({
  name: "whatalo",
  title: "Whatalo",
  coversBody: true,
  answerWithinSeconds: 15,
  retryHours: 72,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-webhook-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: {
    id: { json: "/id", echo: "x-webhook-id" },
    type: { json: "/event", echo: "x-webhook-event" },
    tenant: { json: "/store" },
  },
  siblings: [{ provider: "whatalo-timestamped", header: "x-webhook-timestamp" }],
});
