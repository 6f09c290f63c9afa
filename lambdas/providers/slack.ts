import { formFields } from "../core/events/form.ts";
import { at, textAt } from "../core/events/json-pointer.ts";
import { textAnswer } from "../core/outcome.ts";
import { defineProvider, type EventFields, type Provider, type ReadDelivery } from "../core/provider.ts";

/**
 * Slack (Events API).
 *
 * - **Secret**: api.slack.com/apps → the app → Basic Information → App Credentials → Signing Secret. The whole text is
 *   the key.
 * - **Signed**: `v0:<X-Slack-Request-Timestamp>:<body>`, `X-Slack-Signature: v0=` + hex. The window is 300 s on both
 *   sides; Slack's own libraries check the past only. The verification token in the body is ignored.
 * - **Id and type**: `/event_id` and `/event/type` of the signed body, where there is no event its `/type`
 *   (`app_rate_limited`, which has no id); a `subtype` makes it finer (`message.channel_join`). The tenant is
 *   `/team_id`. One id is one event over retries, hence the identity.
 * - **Interactions** are forms, signed the same way. The event is the JSON in their field `payload`: its `/type`
 *   (`block_actions`, `view_submission`) is the type, `/team/id` the tenant, and they have no id. Slash commands are plain
 *   forms, without an id and a type. Both may want an answer with content, which they do not get here.
 * - **Retry**: the same event: `/event_id` stays the same. The header `X-Slack-Retry-Num` has the number of the retry.
 * - **Patience**: 3 s; 3 retries: at once, after a minute, after 5 minutes. An app that fails for most of an hour is
 *   switched off.
 * - **Handshake**: `url_verification`, signed; the challenge is answered as text.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack (2026-11)
 * @see https://docs.slack.dev/apis/events-api/ (2026-11)
 * @see https://docs.slack.dev/interactivity/handling-user-interaction (2026-11)
 * @see https://docs.slack.dev/interactivity/implementing-slash-commands (2026-11)
 * @see https://docs.slack.dev/reference/events (2026-11)
 */
export const slack: Provider = defineProvider({
  name: "slack",
  title: "Slack",
  coversBody: true,
  answerWithinSeconds: 3,
  retryHours: 1,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-slack-signature", take: "v0=" },
    encoding: "hex",
    signed: [{ text: "v0:" }, "timestamp", { text: ":" }, "body"],
    timestamp: { header: "x-slack-request-timestamp", unit: "seconds", toleranceSeconds: 300 },
  },
  events: {
    id: { json: "/event_id" },
    type: { json: ["/event/type", "/type"] },
    subtype: { json: "/event/subtype" },
    tenant: { json: ["/team_id", "/team/id"] },
    form: "payload",
  },
  lacks,
  handshake: {
    method: "POST",
    signed: true,
    answer({ read }) {
      const { json } = read();
      const challenge = at(json, "/challenge");
      if (at(json, "/type") !== "url_verification" || typeof challenge !== "string") return undefined;
      return textAnswer(challenge);
    },
  },
});

/** Only an `event_callback` has an id; a slash command, and the check of a certificate, is a form without a type. */
function lacks(_: EventFields, { body, read }: ReadDelivery): readonly ("id" | "type")[] {
  const json = read();
  const type = textAt(json, "/type");
  if (json.json !== undefined) return type === undefined || type === "event_callback" ? [] : ["id"];
  const isCommand = (formFields(body) ?? []).some(([name]) => name === "command" || name === "ssl_check");
  return isCommand ? ["id", "type"] : [];
}
