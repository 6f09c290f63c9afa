import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Whatalo (timestamped), verified as the code that `whatalo init` writes does.
 *
 * - **Secret**: the client secret that the plugin was given when it was registered. The whole text is the key.
 * - **Signed**: `<X-Webhook-Timestamp>.<body>`, `X-Webhook-Signature`, hex. The window is 300 s on both sides;
 *   Whatalo's own checks the past only.
 * - **Id and type**: `/id`, `/event` and the tenant `/store` of the signed body. `X-Webhook-Id` and `X-Webhook-Event`
 *   are not signed: where they are present they must say the same, and alone they are not believed. The id is
 *   documented as the one to check for repeats, hence the identity.
 * - **Retry**: the same event: `/id` stays the same; the signature has a new time.
 * - **Patience**: 15 s; retries with growing pauses, for how long was not found; 72 hours are assumed.
 *
 * Unverified: the encoding and the unit of the time are not documented, hex and seconds are assumed. One request cannot
 * be signed by this scheme and by that of `whatalo` under the same header: choose the one that yours are signed by.
 *
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/verification (2026-11)
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/overview (2026-11)
 */
export const whataloTimestamped: Provider = defineProvider({
  name: "whatalo-timestamped",
  title: "Whatalo (timestamped)",
  coversBody: true,
  answerWithinSeconds: 15,
  retryHours: 72,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-webhook-signature" },
    encoding: "hex",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: { header: "x-webhook-timestamp", unit: "seconds", toleranceSeconds: 300 },
  },
  events: {
    id: { json: "/id", echo: "x-webhook-id" },
    type: { json: "/event", echo: "x-webhook-event" },
    tenant: { json: "/store" },
  },
  siblings: [{ provider: "whatalo" }],
});
