import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Shopify.
 *
 * - **Secret**: the app's Settings → Credentials → Client secret; for webhooks made in a shop's admin, Settings →
 *   Notifications → Webhooks. The whole text is the key.
 * - **Signed**: the body alone, `X-Shopify-Hmac-Sha256`, base64; the newer kind that Shopify calls events has
 *   `shopify-hmac-sha256` instead and is refused. No time is signed, so a captured body can be sent again. After a new
 *   client secret Shopify goes on with the old one for up to an hour: keep both.
 * - **Id and type**: `X-Shopify-Webhook-Id` and `X-Shopify-Topic` (`orders/create`). Neither is signed, so the identity
 *   takes the body in, and the event is marked. Shopify's page names `X-Shopify-Event-Id` for repeats; several topics
 *   and subscriptions share one of those, with the same body at times, and all but the first would be lost. The tenant
 *   is `X-Shopify-Shop-Domain`, which is not signed either: the body often does not name the shop.
 * - **Retry**: unknown: the documentation does not say in so many words that `X-Shopify-Webhook-Id` stays the same.
 *   With another one it runs again.
 * - **Patience**: 5 s, and a 200; 8 retries in 4 hours. A subscription of the API that goes on failing is removed.
 *
 * Unverified: that `X-Shopify-Webhook-Id` stays the same over retries. Shopify's library wants it on every delivery,
 * its pages do not explain it. If it changes, each retry is an event of its own.
 *
 * @see https://shopify.dev/docs/apps/build/webhooks/subscribe/https (2026-11)
 * @see https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates (2026-11)
 * @see https://shopify.dev/docs/api/webhooks (2026-11)
 */
export const shopify: Provider = defineProvider({
  name: "shopify",
  title: "Shopify",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 4,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-shopify-hmac-sha256" },
    encoding: "base64",
    signed: ["body"],
  },
  events: {
    id: { header: "x-shopify-webhook-id" },
    type: { header: "x-shopify-topic" },
    tenant: { header: "x-shopify-shop-domain" },
  },
});
