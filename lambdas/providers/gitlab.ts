import type { Provider } from "../core/provider.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";

/**
 * GitLab with a signing token: Standard Webhooks. For the older secret token see `gitlab-token`.
 *
 * - **Secret**: the project's or group's Settings → Webhooks → Signing token, `whsec_` and the base64 of 32 bytes; the
 *   key is the decoded bytes.
 * - **Signed**: `<webhook-id>.<webhook-timestamp>.<body>`, `webhook-signature: v1,<base64>`, several separated by
 *   spaces. Other labels do not count, and `X-Gitlab-Token` is ignored. The window is 300 s on both sides.
 * - **Id and type**: `webhook-id`, which is signed and equal to `Idempotency-Key`, the same over retries, hence the
 *   identity; `/object_kind` of the body (`push`, `merge_request`), for groups and projects of the instance
 *   `/event_name`. `X-Gitlab-Event` (`Push Hook`) says the same unsigned and is ignored. A custom webhook template has
 *   a type only where you put one of the two in it.
 * - **Retry**: the same event: `webhook-id` stays the same; the signature has a new time.
 * - **Patience**: 10 s on GitLab.com. After 4 failures in a row a webhook is switched off for a minute, then for longer
 *   up to a day; after 40 for good.
 *
 * Unverified: for how long one event is retried was not found, an hour is assumed. On GitLab's own servers the time to
 * answer is the one that their administrator set.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/ (2026-11)
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/#custom-webhook-template (2026-11)
 * @see https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944 (2026-11)
 * @see https://gitlab.com/gitlab-org/gitlab/-/merge_requests/231325 (2026-11)
 */
export const gitlab: Provider = createStandardWebhooks({
  name: "gitlab",
  title: "GitLab",
  answerWithinSeconds: 10,
  retryHours: 1,
  events: { type: { json: ["/object_kind", "/event_name"] }, subtype: { json: "/object_attributes/action" } },
  lacks: ["type"],
  siblings: [{ provider: "gitlab-token", header: "x-gitlab-token" }],
});
