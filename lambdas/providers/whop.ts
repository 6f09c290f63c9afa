import type { Provider } from "../core/provider.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";

/**
 * Whop, API v1: Standard Webhooks with a key of its own kind.
 *
 * - **Secret**: Dashboard → Developer → Webhooks → the webhook's secret. Its UTF-8 bytes are the key; Whop's SDK wants
 *   them in base64 first, which comes to the same.
 * - **Signed**: `<webhook-id>.<webhook-timestamp>.<body>`, `webhook-signature: v1,<base64>`, several separated by
 *   spaces. Other labels do not count. The window is 300 s on both sides.
 * - **Id and type**: `webhook-id`, which is signed and the same over retries (the specification says so), hence the
 *   identity; `/type` of the body. The tenant is `/company_id`, in newer API versions `/account_id`.
 * - **Retry**: the same event: `webhook-id` stays the same; the signature has a new time.
 * - **Patience**: an answer "quickly"; Whop retries.
 * - **Several sources**: a webhook of a company (Dashboard → Developer) tells of that company alone, and needs no
 *   permission. A webhook of an app (Dashboard → Developer → the app → Webhooks) tells of each company that has installed
 *   the app, and needs a permission, such as `webhook_receive:memberships`. Each has its own secret, so each is a source:
 *   `whop` for the company, and for the app, say, `whop-app`, which `sources` in `infra/config.ts` maps to `whop` and whose
 *   event files lie in `lambdas/events/whop-app`. The tenant of its events is the company that they are about. An event that
 *   both tell of has an id of its own in each: key what must happen once by a fact of the payload, such as the payment's
 *   id.
 *
 * Unverified: both have no figure; 15 s and 76 hours are assumed, the advice and the example of the specification. That
 * the ids of two webhooks differ follows from "a unique ID for every single webhook request".
 *
 * @see https://docs.whop.com/developer/guides/webhooks (2026-11)
 * @see https://docs.whop.com/api-reference/webhooks/webhook.md (2026-11)
 * @see https://docs.whop.com/api-reference/memberships/membership-activated (2026-11)
 */
export const whop: Provider = createStandardWebhooks({
  name: "whop",
  title: "Whop",
  key: "utf8",
  events: { tenant: { json: ["/company_id", "/account_id"] } },
  siblings: [{ provider: "whop-legacy", header: "x-whop-signature" }],
});
