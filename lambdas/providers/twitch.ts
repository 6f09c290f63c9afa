import { at } from "../core/events/json-pointer.ts";
import { textAnswer } from "../core/outcome.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Twitch (EventSub).
 *
 * - **Secret**: the text of 10 to 100 ASCII characters that you gave as `transport.secret` when you subscribed. The
 *   whole text is the key.
 * - **Signed**: `<Twitch-Eventsub-Message-Id><Twitch-Eventsub-Message-Timestamp><body>`, nothing between them,
 *   `Twitch-Eventsub-Message-Signature: sha256=` + hex. The time is in RFC 3339; the window is 600 s on both sides, as
 *   Twitch advises.
 * - **Id and type**: `Twitch-Eventsub-Message-Id`, which is signed and the same when Twitch sends again, hence the
 *   identity; `/subscription/type` of the body (`channel.follow`). A revocation is an event of that type too: it has no
 *   `/event`, and `/subscription/status` says why it ended (`user_removed`, `notification_failures_exceeded`).
 * - **Retry**: the same event: `Twitch-Eventsub-Message-Id` stays the same; the signature has a new time.
 * - **Patience**: "a few seconds"; sent again for a while, then the subscription is revoked.
 * - **Handshake**: the signed challenge of a new subscription is answered as text.
 *
 * Unverified: the time to answer and to retry have no figures; 5 s and an hour are assumed.
 *
 * @see https://dev.twitch.tv/docs/eventsub/handling-webhook-events/ (2026-11)
 */
export const twitch: Provider = defineProvider({
  name: "twitch",
  title: "Twitch",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 1,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "twitch-eventsub-message-signature", take: "sha256=" },
    encoding: "hex",
    signed: ["id", "timestamp", "body"],
    timestamp: { header: "twitch-eventsub-message-timestamp", unit: "iso", toleranceSeconds: 600 },
  },
  events: { id: { header: "twitch-eventsub-message-id" }, type: { json: "/subscription/type" } },
  handshake: {
    method: "POST",
    signed: true,
    // By the body alone: the header with the kind of message is not signed.
    answer({ read }) {
      const { json } = read();
      const challenge = at(json, "/challenge");
      if (typeof challenge !== "string" || at(json, "/event") !== undefined) return undefined;
      return textAnswer(challenge);
    },
  },
});
