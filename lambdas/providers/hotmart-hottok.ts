import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Hotmart (hottok), with its static token.
 *
 * - **Secret**: Hotmart → Tools → Webhook → Authentication: the hottok of the account, the same for all its webhooks.
 * - **Signed**: nothing. `X-HOTMART-HOTTOK` is the token itself, so anybody who has seen one delivery can send any
 *   other.
 * - **Id and type**: `/id` and `/event` of the body (version 2.0.0). Neither is protected, so the identity takes the
 *   body in: a forged body under a true id does not keep the true one out.
 * - **Retry**: unknown: the documentation does not say whether its bytes stay the same. With equal bytes it is the
 *   same event, with others it runs again.
 * - **Patience**: no figure was found; 10 s and 24 hours are assumed. An endpoint that keeps failing is switched off.
 * - **Not covered**: `coversBody` is false, and with it `event.bodyCovered`: ask Hotmart's API by id before you act. A
 *   changed body (`send --tamper`) is accepted.
 *
 * Unverified: where the token is shown, and one guide names another header (`X-Hotmart-Webhook-Token`).
 *
 * @see https://developers.hotmart.com/docs/en/2.0.0/webhook/purchase-webhook/ (2026-11)
 */
export const hotmartHottok: Provider = defineProvider({
  name: "hotmart-hottok",
  title: "Hotmart (hottok)",
  coversBody: false,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "id+body",
  verification: {
    algorithm: "token",
    key: "utf8",
    signature: { header: "x-hotmart-hottok" },
    encoding: "text",
    signed: [],
  },
  events: { id: { json: "/id" }, type: { json: "/event" } },
  siblings: [{ provider: "hotmart", header: "x-hotmart-signature" }],
});
