import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Sanity (GROQ-powered webhooks).
 *
 * - **Secret**: sanity.io/manage → the project → API → Webhooks → the webhook → Secret; the text you typed there.
 * - **Signed**: `<t>.<body>`, `sanity-webhook-signature: t=…,v1=…` in base64url without padding, the time in
 *   milliseconds. Sanity's library checks no age; the window here is 300 s on both sides. Retries end within about a
 *   minute.
 * - **Id and type**: `idempotency-key`, made for finding repeats, and `sanity-operation` (`create`, `update`,
 *   `delete`). Neither is signed, so the identity takes the body in, and both are marked. The body is the result of
 *   your projection.
 * - **Retry**: the same event: `idempotency-key` stays the same.
 * - **Patience**: 30 s. 2 retries at 30 s, on 429 and 5xx alone (until April 2026: growing pauses for half an hour).
 *
 * Unverified: the 30 s, which are remembered and not found on a page.
 *
 * @see https://www.sanity.io/docs/webhooks (2026-11)
 * @see https://www.sanity.io/docs/changelog/50ec6abf-fe0c-475b-ae72-314148860132 (2026-11)
 * @see https://github.com/sanity-io/webhook-toolkit (2026-11)
 */
export const sanity: Provider = defineProvider({
  name: "sanity",
  title: "Sanity",
  coversBody: true,
  answerWithinSeconds: 30,
  retryHours: 1,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "sanity-webhook-signature", split: ",", take: "v1=" },
    encoding: "base64url",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: {
      ...{ header: "sanity-webhook-signature", split: ",", take: "t=" },
      ...{ unit: "milliseconds", toleranceSeconds: 300 },
    },
  },
  events: { id: { header: "idempotency-key" }, type: { header: "sanity-operation" } },
});
