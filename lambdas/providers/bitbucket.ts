import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Bitbucket Cloud.
 *
 * - **Secret**: Repository settings → Webhooks → the webhook → Secret; the text you typed there or let it make. Without
 *   one nothing is signed, and everything is refused here.
 * - **Signed**: the body alone, `X-Hub-Signature: sha256=` + hex. No time is signed, so a captured body can be sent
 *   again.
 * - **Id and type**: `X-Request-UUID` and `X-Event-Key` (`repo:push`). Neither is signed, so the identity takes the
 *   body in, and the event is marked.
 * - **Retry**: unknown: the documentation says that `X-Attempt-Number` counts attempts, and not whether
 *   `X-Request-UUID` stays the same. With another `X-Request-UUID` it runs again.
 * - **Patience**: 10 s; after a 5xx or no answer in time it tries twice more.
 *
 * Unverified: that `X-Request-UUID` stays the same over those tries (if it does not, each try is an event of its own),
 * and within which time they come; an hour is assumed.
 *
 * @see https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/ (2026-11)
 * @see https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/ (2026-11)
 */
export const bitbucket: Provider = defineProvider({
  name: "bitbucket",
  title: "Bitbucket",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 1,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-hub-signature", take: "sha256=" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { header: "x-request-uuid" }, type: { header: "x-event-key" } },
});
