import { eventsAt } from "../core/events/batched-events.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Asana.
 *
 * - **Secret**: Asana hands it over itself, in the header `X-Hook-Secret` of the handshake, one for each webhook. The
 *   whole text is the key. A source holds up to 16 of them, beside each other.
 * - **Signed**: the body alone, `X-Hook-Signature` in hex. No time is signed, so a captured body can be sent again.
 * - **Id and type**: an event has no id; its bytes, which hold its time, are the identity. The type is `action`
 *   and the kind of its resource (`added.task`, `changed.story`).
 * - **Retry**: the same event: an event's bytes hold its time, in every delivery of it. Equal items of one delivery
 *   are events of their own, by their place.
 * - **Patience**: 10 s. It retries for up to 24 hours; a webhook that fails for longer is deleted.
 * - **Handshake**: a POST with `X-Hook-Secret` and no signature, while the call that creates the webhook waits. It is
 *   taken only while an operator's window is open (`npm run secret -- <stage> asana --handshake 10m`): the first one
 *   is kept beside the secrets that are there, sent back with 200, and closes the window. Otherwise it is refused, so
 *   that nobody can bring in a secret of his own.
 * - **Batches**: each item of `/events` is one event with its own bytes. An empty array is the heartbeat, sent every 8
 *   hours, and no event.
 *
 * @see https://developers.asana.com/docs/webhooks-guide (2026-11)
 */
export const asana: Provider = defineProvider({
  name: "asana",
  title: "Asana",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-hook-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: eventsAt("/events", { type: "/action", subtype: "/resource/resource_type" }),
  handshake: {
    method: "POST",
    signed: false,
    keeps: true,
    async answer({ headers }, { keep }) {
      const secret = headers.get("x-hook-secret") ?? "";
      if (secret === "" || headers.has("x-hook-signature") || keep === undefined) return undefined;
      return (await keep(secret)) ? { status: 200, headers: { "x-hook-secret": secret } } : undefined;
    },
  },
});
