import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Calendly.
 *
 * - **Secret**: the `signing_key` that you gave when you made the subscription through the API. The whole text is the
 *   key.
 * - **Signed**: `<t>.<body>`, `Calendly-Webhook-Signature: t=…,v1=…` in hex. Other labels do not count. The window is
 *   300 s on both sides; Calendly leaves it to the receiver, and its example takes 3 minutes.
 * - **Id and type**: no id, so the identity is the body, which has the time of its event (`created_at`), and equal
 *   bodies within a day are one event; `/event` of the body (`invitee.created`).
 * - **Retry**: unknown: the documentation does not say whether its bytes stay the same. With equal bytes it is the
 *   same event, whatever its signature.
 * - **Patience**: no figure was found; retries, ever further apart, for 24 hours, then the subscription is switched
 *   off.
 *
 * Unverified: the time to answer, 10 s are assumed; and that a retry is signed anew, which the 3 minutes suggest.
 *
 * @see https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures (2026-11)
 */
export const calendly: Provider = defineProvider({
  name: "calendly",
  title: "Calendly",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "calendly-webhook-signature", split: ",", take: "v1=" },
    encoding: "hex",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: {
      header: "calendly-webhook-signature",
      split: ",",
      take: "t=",
      unit: "seconds",
      toleranceSeconds: 300,
    },
  },
  events: { type: { json: "/event" } },
});
