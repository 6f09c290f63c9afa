import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Whatalo, verified as the older versions of its SDK do. For deliveries with a time see `whatalo-timestamped`.
 *
 * - **Secret**: the client secret that the plugin was given when it was registered. The whole text is the key.
 * - **Signed**: the body alone, `X-Webhook-Signature`, hex. No time is signed, so a captured body can be sent again.
 *   Where a delivery has `X-Webhook-Timestamp`, its signature covers that, and `whatalo-timestamped` is its provider.
 * - **Id and type**: `/id`, `/event` and the tenant `/store` of the signed body, or `/delivery_id` and `/store/id`, as
 *   newer bodies have them. The id is documented as the one to check for repeats, hence the identity. `X-Webhook-Id` and
 *   `X-Webhook-Event` are not signed, and must say the same as the body. An id or type that the body does not have is
 *   taken from them and marked, and the body joins the identity.
 * - **Retry**: the same event: its id stays the same.
 * - **Patience**: 15 s; 3 attempts in all, 1 and 2 s apart, after a 5xx or no answer. A 4xx is not retried. An
 *   event that no queue takes is spilled.
 *
 * Unverified: the encoding of this older signature, hex is assumed. The page on the REST API names another header,
 * `X-Whatalo-Signature`, for a body of `event`, `timestamp` and `data`. No second source has that header, and no provider
 * here takes it: if your deliveries have it, verify them with `createGeneric`.
 *
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/verification (2026-11)
 * @see https://developers.whatalo.com/docs/plugin-sdk/webhooks/event-reference (2026-11)
 * @see https://developers.whatalo.com/docs/api/webhooks (2026-11)
 * @see https://github.com/whatalo/skills/blob/main/skills/whatalo-plugin-sdk/references/webhooks.md (2026-11)
 */
export const whatalo: Provider = defineProvider({
  name: "whatalo",
  title: "Whatalo",
  coversBody: true,
  answerWithinSeconds: 15,
  retryHours: 1,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-webhook-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: {
    id: { json: ["/delivery_id", "/id"], echo: "x-webhook-id" },
    type: { json: "/event", echo: "x-webhook-event" },
    tenant: { json: ["/store/id", "/store"] },
  },
  siblings: [{ provider: "whatalo-timestamped", header: "x-webhook-timestamp" }],
});
