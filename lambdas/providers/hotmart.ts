import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Hotmart, signed under `x-hotmart-signature`. For its static token see `hotmart-hottok`.
 *
 * - **Secret**: the text that you agreed on with the signer. The whole text is the key.
 * - **Signed**: the body alone, plain hex. No time is signed, so a captured body can be sent again.
 * - **Id and type**: `/id` and `/event` of the signed body (version 2.0.0). That one id is one event is nowhere
 *   documented, so the identity takes the body in.
 * - **Retry**: unknown: the documentation does not say whether its bytes stay the same. With equal bytes it is the
 *   same event, with others it runs again.
 * - **Patience**: no figure was found; 10 s and 24 hours are assumed. An endpoint that keeps failing is switched off.
 *
 * Unverified: no page of Hotmart names this header. Its own webhooks, and the test tool of its dashboard, have a static
 * token: give them the URL of a source of `hotmart-hottok`.
 *
 * @see https://developers.hotmart.com/docs/en/2.0.0/webhook/purchase-webhook/ (2026-11)
 */
export const hotmart: Provider = defineProvider({
  name: "hotmart",
  title: "Hotmart",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-hotmart-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { json: "/id" }, type: { json: "/event" } },
  siblings: [{ provider: "hotmart-hottok", header: "x-hotmart-hottok" }],
});
