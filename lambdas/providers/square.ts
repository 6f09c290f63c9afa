import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Square.
 *
 * - **Secret**: Developer Console → the application → Webhooks → Subscriptions → the subscription → Signature key. The
 *   whole text is the key.
 * - **Signed**: the notification URL and the body, nothing between them, `x-square-hmacsha256-signature`, base64. The
 *   URL must be configured just as it is registered with Square; without it everything is answered 503. No time is
 *   signed, so a captured body can be sent again. `x-square-signature` (SHA-1) is ignored.
 * - **Id and type**: `/event_id` and `/type` of the signed body; the tenant is `/merchant_id`. One id is one event over
 *   retries, hence the identity.
 * - **Retry**: the same event: `/event_id` stays the same.
 * - **Patience**: a 2xx as soon as possible, 10 s on an older page; retries after 1, 2, 4 and up to 32 minutes, then
 *   hourly, for 24 hours, on an older page 72.
 *
 * @see https://developer.squareup.com/docs/webhooks/step3validate (2026-11)
 * @see https://developer.squareup.com/docs/webhooks/troubleshooting (2026-11)
 */
export const square: Provider = defineProvider({
  name: "square",
  title: "Square",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 72,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-square-hmacsha256-signature" },
    encoding: "base64",
    signed: ["url", "body"],
  },
  events: { id: { json: "/event_id" }, type: { json: "/type" }, tenant: { json: "/merchant_id" } },
});
