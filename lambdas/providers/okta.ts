import { eventsAt } from "../core/events/batched-events.ts";
import { jsonAnswer } from "../core/outcome.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Okta event hooks.
 *
 * - **Secret**: the text you give as authentication secret at Admin Console → Workflow → Event Hooks → the hook, with
 *   `Authorization` as authentication field. Configure the whole value that is sent, `Basic …` or `Bearer …` included.
 * - **Signed**: nothing. `Authorization` is the secret itself, so anybody who has seen one delivery can send any
 *   other.
 * - **Id and type**: `uuid` and `eventType` of each event. Neither is protected, so the identity takes the body in: a
 *   forged body under a true id does not keep the true one out. `/eventId` names the request, not an event.
 * - **Retry**: the same event: `uuid` and the item's bytes stay the same.
 * - **Patience**: 3 s. One retry, where the answer was 5xx or too late; none after 4xx.
 * - **Answer**: 204, since Okta wants an empty body.
 * - **Handshake**: once, a GET with the header `X-Okta-Verification-Challenge`, sent back as JSON. It tells nobody
 *   anything, so `Authorization` is not asked for.
 * - **Batches**: each item of `/data/events` is one event with its own bytes.
 * - **Not covered**: the body. Ask Okta's System Log by the event's `uuid` before you act.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/ (2026-11)
 * @see https://support.okta.com/help/s/article/Unable-to-verify-event-hook-Hook-hook-name-execution-failed (2026-11)
 */
export const okta: Provider = defineProvider({
  name: "okta",
  title: "Okta event hooks",
  coversBody: false,
  answerWithinSeconds: 3,
  retryHours: 1,
  identity: "id+body",
  answer: { status: 204 },
  verification: {
    algorithm: "token",
    key: "utf8",
    signature: { header: "authorization" },
    encoding: "text",
    signed: [],
  },
  events: eventsAt("/data/events", { id: "/uuid", type: "/eventType" }),
  handshake: {
    method: "GET",
    signed: false,
    answer({ headers }) {
      const verification = headers.get("x-okta-verification-challenge");
      if (verification === null || verification === "") return undefined;
      return jsonAnswer(200, { verification });
    },
  },
});
