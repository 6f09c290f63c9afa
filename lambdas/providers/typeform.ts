import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Typeform.
 *
 * - **Secret**: the form → Connect → Webhooks → the webhook → Edit → Secret; the text you typed there. Without one
 *   nothing is signed, and everything is refused here.
 * - **Signed**: the body alone, `Typeform-Signature: sha256=` + base64. No time is signed, so a captured body can be
 *   sent again.
 * - **Id and type**: `/event_id` and `/event_type` of the signed body (`form_response`). One id is one event over
 *   retries, hence the identity.
 * - **Retry**: the same event: `/event_id` stays the same.
 * - **Patience**: 30 s; on no answer and on 408, 423, 429 or 503 it retries every 2 to 3 minutes for 10 hours, on
 *   other failures less often. 404 and 410 switch the webhook off at once, and so does failing for long.
 *
 * @see https://www.typeform.com/developers/webhooks/secure-your-webhooks/ (2026-11)
 * @see https://www.typeform.com/developers/webhooks/ (2026-11)
 */
export const typeform: Provider = defineProvider({
  name: "typeform",
  title: "Typeform",
  coversBody: true,
  answerWithinSeconds: 30,
  retryHours: 10,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "typeform-signature", take: "sha256=" },
    encoding: "base64",
    signed: ["body"],
  },
  events: { id: { json: "/event_id" }, type: { json: "/event_type" } },
});
