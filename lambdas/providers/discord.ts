import { at } from "../core/events/json-pointer.ts";
import { jsonAnswer } from "../core/outcome.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Discord (webhook events of an application).
 *
 * - **Secret**: Discord Developer Portal → the application → General Information → Public Key, 64 hex digits. It is no
 *   secret, but it is configured like one. An application has just one.
 * - **Signed**: `<X-Signature-Timestamp><body>` with Ed25519, nothing between them, `X-Signature-Ed25519` in hex. The
 *   window is 900 s on both sides: Discord's own libraries check no time at all, and its retries go on for 10 minutes.
 *   A repeat inside the window is the same body, hence no second event.
 * - **Id and type**: no id, so the identity is the body, which has the time of its event, and equal bodies within an
 *   hour are one event; `/event/type` of the body (`ENTITLEMENT_CREATE`).
 * - **Retry**: unknown: the documentation does not say whether its bytes stay the same. With equal bytes it is the
 *   same event.
 * - **Patience**: 3 s; retries, ever further apart, for up to 10 minutes. An endpoint that fails too often gets no
 *   more.
 * - **Answer**: 204 without a body.
 * - **Handshake**: a PING of webhook events (`type` 0) is answered 204, one of interactions (`type` 1 without an event)
 *   with `{"type":1}`. Both are signed; Discord also sends wrong signatures and wants a 401, which they get. Other
 *   interactions want an answer with content within 3 s, which a queue cannot give: they are taken without a
 *   type.
 *
 * Unverified: whether a retry is signed anew.
 *
 * @see https://docs.discord.com/developers/events/webhook-events (2026-11)
 * @see https://docs.discord.com/developers/interactions/overview (2026-11)
 */
export const discord: Provider = defineProvider({
  name: "discord",
  title: "Discord",
  coversBody: true,
  answerWithinSeconds: 3,
  retryHours: 1,
  identity: "body",
  answer: { status: 204 },
  verification: {
    algorithm: "ed25519",
    key: "hex",
    signature: { header: "x-signature-ed25519" },
    encoding: "hex",
    signed: ["timestamp", "body"],
    timestamp: { header: "x-signature-timestamp", unit: "seconds", toleranceSeconds: 900 },
  },
  events: { type: { json: "/event/type" } },
  // An interaction has a number for a type, and no event.
  lacks: (_, { read }) => (isInteraction(read().json) ? ["type"] : []),
  handshake: {
    method: "POST",
    signed: true,
    answer({ read }) {
      const { json } = read();
      const type = at(json, "/type");
      // Type 1 is a PING among interactions, and an event among webhook events.
      if (at(json, "/event") !== undefined) return undefined;
      if (type === 0) return { status: 204 };
      if (type !== 1) return undefined;
      return jsonAnswer(200, { type: 1 });
    },
  },
});

function isInteraction(json: unknown): boolean {
  return at(json, "/event") === undefined && Number.isInteger(at(json, "/type"));
}
