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
 * - **Test tool**: Tools → Webhook sends test events, and keeps a history of 60 days. Their URL ends in
 *   `/hotmart-hottok`, as that of real deliveries does; at `/hotmart` a delivery with the token is refused, 401. A second
 *   click is a `duplicate` where its id and bytes are those of the first.
 *
 * Unverified: where the token is shown, that test events have it, and what differs between two clicks on one of them.
 * `X-Hotmart-Webhook-Token` stands in a third party's guide and in public receivers that mostly try it beside
 * `X-HOTMART-HOTTOK`. A search of developers.hotmart.com and help.hotmart.com did not show it, so it is not taken.
 *
 * @see https://developers.hotmart.com/docs/en/2.0.0/webhook/purchase-webhook/ (2026-11)
 * @see https://developers.hotmart.com/docs/en/1.0.0/webhook/using-webhook/ (2026-11)
 * @see https://help.hotmart.com/en/article/how-to-set-up-your-api-through-webhook-postback-/360001491352 (2026-11)
 * @see https://docs.timelyai.com.br/en/webhooks/external/hotmart (2026-11)
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
