import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Lemon Squeezy.
 *
 * - **Secret**: Settings → Webhooks → the webhook → Signing secret; the text of 6 to 40 characters you typed there.
 * - **Signed**: the body alone, `X-Signature` in hex. No time is signed, so a captured body can be sent again.
 * - **Id and type**: `/meta/event_name` of the signed body; `X-Event-Name`, which is not signed, must say the same
 *   where it is there, and is the type, marked, where the body has none. No event id is documented (`/data/id` is the resource's, `/meta/webhook_id` is not explained),
 *   so the body is the identity. The tenant is the store's id.
 * - **Retry**: the same event: its bytes hold `updated_at`. With other bytes it runs again.
 * - **Patience**: only 200 counts; no time limit was found, 10 s is assumed. 3 retries, after about 5, 25 and 125 s.
 *
 * @see https://docs.lemonsqueezy.com/help/webhooks/signing-requests (2026-11)
 * @see https://docs.lemonsqueezy.com/help/webhooks/webhook-requests (2026-11)
 */
export const lemonsqueezy: Provider = defineProvider({
  name: "lemonsqueezy",
  title: "Lemon Squeezy",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 1,
  identity: "body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: {
    type: { json: "/meta/event_name", echo: "x-event-name" },
    tenant: { json: "/data/attributes/store_id" },
  },
});
