import { at } from "../core/events/json-pointer.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Jira Cloud (webhooks that an administrator made). Those that Connect and OAuth apps register are signed otherwise.
 *
 * - **Secret**: Jira → Settings → System → WebHooks → the webhook → Secret; shown once. Without one nothing is signed,
 *   and everything is refused here.
 * - **Signed**: the body alone, `X-Hub-Signature: sha256=` + hex. No time is signed, so a captured body can be sent
 *   again.
 * - **Id and type**: `X-Atlassian-Webhook-Identifier`, unique and the same over retries, but not signed: the identity
 *   takes the body in, and the event is marked. `/webhookEvent` of the body (`jira:issue_created`); a delivery of a
 *   workflow's post function has none.
 * - **Retry**: the same event: `X-Atlassian-Webhook-Identifier` and the body stay the same.
 * - **Patience**: 5 s to connect, 20 s to answer. After 408, 409, 425, 429, a 5xx or no answer in time it retries up
 *   to 5 times, for about half an hour; any other 4xx ends it.
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/webhooks/ (2026-11)
 */
export const jira: Provider = defineProvider({
  name: "jira",
  title: "Jira",
  coversBody: true,
  answerWithinSeconds: 20,
  retryHours: 1,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-hub-signature", take: "sha256=" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { header: "x-atlassian-webhook-identifier" }, type: { json: "/webhookEvent" } },
  // A delivery of a workflow's post function has its transition.
  lacks: (_, { read }) => (at(read().json, "/transition") === undefined ? [] : ["type"]),
});
