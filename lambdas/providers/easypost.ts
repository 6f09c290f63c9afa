import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * EasyPost.
 *
 * - **Secret**: the `webhook_secret` that you gave when you created the webhook. Its text, normalised to NFKD, is the
 *   key.
 * - **Signed**: the body alone, `X-Hmac-Signature: hmac-sha256-hex=` + hex. No time is signed, so a captured body can
 *   be sent again. EasyPost's Node SDK writes whole weights as `N.0` before it checks, to repair bodies that a
 *   framework has parsed and written again; over the bytes as sent nothing needs repair, and nothing is rewritten
 *   here.
 * - **Id and type**: `/id` (`evt_…`) and `/description` (`tracker.updated`) of the signed body. The id is the event's,
 *   hence the identity.
 * - **Retry**: the same event: `/id` stays the same, while `pending_urls` and `completed_urls` change.
 * - **Patience**: 7 s; retries for as long as is not documented, 24 hours are assumed.
 *
 * Unverified: the 7 s and the retries.
 *
 * @see https://docs.easypost.com/guides/webhooks-guide (2026-11)
 * @see https://github.com/EasyPost/easypost-node/issues/467 (2026-11)
 */
export const easypost: Provider = defineProvider({
  name: "easypost",
  title: "EasyPost",
  coversBody: true,
  answerWithinSeconds: 7,
  retryHours: 24,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8-nfkd",
    signature: { header: "x-hmac-signature", take: "hmac-sha256-hex=" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { json: "/id" }, type: { json: "/description" } },
});
