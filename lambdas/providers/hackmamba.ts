import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Hackmamba.
 *
 * - **Secret**: the text that you give when you register the endpoint. The whole text is the key.
 * - **Signed**: the body alone, `x-hackmamba-signature: sha256=` + hex. No time is signed, so a captured body can be
 *   sent again.
 * - **Id and type**: `/id`, `/type` and `/livemode` of the signed body. One id is one event, hence the identity.
 * - **Retry**: unknown: the documentation does not mention it. With the same `/id` it is the same event.
 * - **Patience**: 30 s; 3 retries, after 1, 5 and 15 minutes. A stage that is down for 4 minutes gets the third
 *   delivery; one that is down for 25 gets none, and no page documents a resend. An event that no queue takes is
 *   spilled. When the whole stage was down for longer than the retries, compare your users,
 *   projects and payments with Hackmamba's, from the time of the first failed delivery on.
 *
 * Unverified: its page names events, header and registration. Encoding, retries and the structure of the body (`created`,
 * `data.object`, `pending_webhooks`, `request.id`) are as its users were told them; what an object of a project or a payment
 * holds beside its id is not documented.
 *
 * @see https://docs.subquadratic.ai/docs/developer-tools/webhooks (2026-11)
 */
export const hackmamba: Provider = defineProvider({
  name: "hackmamba",
  title: "Hackmamba",
  coversBody: true,
  answerWithinSeconds: 30,
  retryHours: 1,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-hackmamba-signature", take: "sha256=" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { json: "/id" }, type: { json: "/type" }, livemode: { json: "/livemode" } },
});
