import { jsonAnswer } from "../core/outcome.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * GitHub (webhooks of repositories, organisations and apps).
 *
 * - **Secret**: Settings → Webhooks → the webhook → Secret; the text you typed there.
 * - **Signed**: the body alone, `X-Hub-Signature-256: sha256=` + hex. No time is signed, so a captured body can be
 *   sent again. `X-Hub-Signature` (SHA-1) is ignored.
 * - **Id and type**: `X-GitHub-Delivery` (the same when you redeliver) and `X-GitHub-Event`. Neither is signed, so the
 *   identity takes the body in, and the event is marked. Where the signed body has an `action`, it makes the type finer
 *   (`issues.opened`).
 * - **Retry**: the same event: GitHub sends again only when somebody redelivers, with the same id and bytes.
 * - **Content type**: either. Of `application/x-www-form-urlencoded` the event is the JSON in its field `payload`, and
 *   the same event as that JSON alone. Which it is, the signed bytes say, and not the header.
 * - **Patience**: 10 s, and no automatic redelivery: a refused delivery is redelivered by hand.
 * - **Handshake**: the signed `ping` of a new webhook is answered 200 and is no event.
 *
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries (2026-11)
 * @see https://docs.github.com/en/webhooks/using-webhooks/creating-webhooks (2026-11)
 * @see https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries (2026-11)
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads (2026-11)
 */
export const github: Provider = defineProvider({
  name: "github",
  title: "GitHub",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 0,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-hub-signature-256", take: "sha256=" },
    encoding: "hex",
    signed: ["body"],
  },
  events: {
    id: { header: "x-github-delivery" },
    type: { header: "x-github-event" },
    subtype: { json: "/action" },
    form: "payload",
  },
  handshake: {
    method: "POST",
    signed: true,
    answer: ({ headers }) =>
      headers.get("x-github-event") === "ping" ? jsonAnswer(200, { received: true, outcome: "ping" }) : undefined,
  },
});
