import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * GitLab (secret token). Where your GitLab offers a signing token, use that and `gitlab`.
 *
 * - **Secret**: the project's or group's Settings → Webhooks → Secret token; the text you typed there.
 * - **Signed**: nothing. `X-Gitlab-Token` is the token itself, so anybody who has seen one delivery can send any
 *   other.
 * - **Id and type**: `Idempotency-Key`, the same over retries and not protected: the identity takes the body in, so
 *   that a forged body under a true id does not keep the true one out. `/object_kind` of the body (`push`,
 *   `merge_request`), for groups and projects of the instance `/event_name`; a custom webhook template has a type only
 *   where you put one of the two in it.
 * - **Retry**: the same event: `Idempotency-Key` stays the same. GitLab before 17.4 sends none, and
 *   `X-Gitlab-Webhook-UUID` names the webhook and no event: equal bytes within an hour are one event then, and later
 *   ones another.
 * - **Patience**: 10 s on GitLab.com. After 4 failures in a row a webhook is switched off for a minute, then for longer
 *   up to a day; after 40 for good.
 * - **Not covered**: `coversBody` is false, and with it `event.bodyCovered`: ask GitLab's API by id before you act. A
 *   changed body (`send --tamper`) is accepted.
 *
 * Unverified: for how long one event is retried was not found, an hour is assumed.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/ (2026-11)
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/#custom-webhook-template (2026-11)
 */
export const gitlabToken: Provider = defineProvider({
  name: "gitlab-token",
  title: "GitLab (secret token)",
  coversBody: false,
  answerWithinSeconds: 10,
  retryHours: 1,
  identity: "id+body",
  verification: {
    algorithm: "token",
    key: "utf8",
    signature: { header: "x-gitlab-token" },
    encoding: "text",
    signed: [],
  },
  events: {
    id: { header: "idempotency-key" },
    type: { json: ["/object_kind", "/event_name"] },
    subtype: { json: "/object_attributes/action" },
  },
  lacks: ["id", "type"],
  siblings: [{ provider: "gitlab", header: "webhook-signature" }],
});
