import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Intercom.
 *
 * - **Secret**: Intercom Developer Hub → the app → Configure → Basic information → Client secret. The whole text is the
 *   key.
 * - **Signed**: the body alone, `X-Hub-Signature: sha1=` + hex of an HMAC-SHA1. No time is signed, so a captured body
 *   can be sent again.
 * - **Id and type**: `/id` (`notif_…`) and `/topic` of the signed body (`conversation.user.created`); the tenant is
 *   `/app_id`. Bytes under one id may differ between attempts (`delivery_attempts`), so the id alone is the identity. The
 *   `ping` of a new subscription has no id.
 * - **Retry**: the same event: `/id` stays the same, while `delivery_attempts` changes.
 * - **Patience**: 5 s, and half a second is preferred; sources differ on the retries, from one after a minute to five.
 *   After 429 it waits a minute and up to 2 hours. More than 1000 failures within 15 minutes make it pause for 15
 *   minutes; failing for 7 days suspends the webhooks of a private app.
 *
 * Unverified: for how long it retries; 24 hours are assumed.
 *
 * @see https://developers.intercom.com/docs/webhooks/webhook-notifications (2026-11)
 * @see https://developers.intercom.com/docs/references/webhooks/webhook-models (2026-11)
 */
export const intercom: Provider = defineProvider({
  name: "intercom",
  title: "Intercom",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 24,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha1",
    key: "utf8",
    signature: { header: "x-hub-signature", take: "sha1=" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { json: "/id" }, type: { json: "/topic" }, tenant: { json: "/app_id" } },
  lacks: ({ type }) => (type === "ping" ? ["id"] : []),
});
