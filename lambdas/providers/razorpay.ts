import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Razorpay.
 *
 * - **Secret**: Dashboard → Account & Settings → Webhooks → the webhook → Secret; the text you typed there. After a
 *   change, keep the old one configured beside the new one for a day: retries of older events stay signed with it.
 * - **Signed**: the body alone, `X-Razorpay-Signature` in hex. No time is signed, so a captured body can be sent
 *   again.
 * - **Id and type**: `X-Razorpay-Event-Id`, the same over retries, but not signed, so the identity takes the body in
 *   and the event is marked. The type is `/event` and the tenant `/account_id` of the signed body.
 * - **Retry**: the same event: `X-Razorpay-Event-Id` and the body stay the same.
 * - **Patience**: 5 s. It retries with growing pauses for 24 hours; then the webhook is disabled.
 *
 * Unverified: the 5 s, which are remembered and not found on a page.
 *
 * @see https://razorpay.com/docs/webhooks/faqs/ (2026-11)
 * @see https://razorpay.com/docs/webhooks/best-practices/ (2026-11)
 */
export const razorpay: Provider = defineProvider({
  name: "razorpay",
  title: "Razorpay",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 24,
  retriesKeepSignature: true,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-razorpay-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { header: "x-razorpay-event-id" }, type: { json: "/event" }, tenant: { json: "/account_id" } },
});
