import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Whatalo (timestamped), verified as version 1.5.0 of its SDK and the code that `whatalo init` writes do.
 *
 * - **Secret**: the signing secret, 64 hex characters, that is shown once when a store installs the app; each
 *   installation has its own, and a source takes 16. A webhook that you register by the API has the secret that you
 *   gave. The whole text is the key.
 * - **Signed**: `<X-Webhook-Timestamp>.<body>`, `X-Webhook-Signature`, hex. The time is in seconds. The window is 300 s
 *   on both sides.
 * - **Id and type**: `/delivery_id` of the signed body, in older ones `/id`, the same over retries and documented as the
 *   one to check for repeats, hence the identity. `/event_id` is the order's or product's, and its events share it. The
 *   type is in `X-Webhook-Event` alone, which is not signed: it is taken and marked, and the body joins the identity.
 *   Older bodies have it in `/event`. Where `X-Webhook-Id` or `X-Webhook-Event` and the body have both, they must say
 *   the same. The tenant is `/store/id`, in older bodies `/store`.
 * - **Retry**: the same event: its id stays the same; the signature has a new time. Where the type is in a header alone,
 *   a retry with other bytes runs again.
 * - **Patience**: 15 s; 3 attempts in all, 1 and 2 s apart, after a 5xx or no answer. A 4xx is not retried. An
 *   event that no queue takes is spilled.
 *
 * Unverified: pages of Whatalo differ on the secret; some name the client secret.
 *
 * @see https://github.com/whatalo/skills/blob/main/skills/whatalo-plugin-sdk/references/webhooks.md (2026-11)
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/verification (2026-11)
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/overview (2026-11)
 */
export const whataloTimestamped: Provider = defineProvider({
  name: "whatalo-timestamped",
  title: "Whatalo (timestamped)",
  coversBody: true,
  answerWithinSeconds: 15,
  retryHours: 1,
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
    id: { json: ["/delivery_id", "/id"], echo: "x-webhook-id" },
    type: { json: "/event", echo: "x-webhook-event" },
    tenant: { json: ["/store/id", "/store"] },
  },
  siblings: [{ provider: "whatalo" }],
});
