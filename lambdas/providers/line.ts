import { defined } from "../core/bytes/defined.ts";
import { itemEvents } from "../core/events/batched-events.ts";
import { listIn, readStrictly } from "../core/events/json-items.ts";
import { readJson, textAt } from "../core/events/json-pointer.ts";
import { type Delivery, defineProvider, type EventFields, type Provider } from "../core/provider.ts";

const pointers = { id: "/webhookEventId", type: "/type", subtype: "/message/type" };

/**
 * LINE (Messaging API).
 *
 * - **Secret**: LINE Developers Console → the channel → Basic settings → Channel secret. The whole text is the key.
 * - **Signed**: the body alone, `X-Line-Signature` in base64. No time is signed, so a captured body can be sent again.
 * - **Id and type**: `webhookEventId` and `type` of each event, of a message its kind, too (`message.text`). The id is the same where an event is sent again, while
 *   `deliveryContext` is not, so the id alone is the identity. The tenant is `/destination`, the bot's user id.
 * - **Retry**: the same event: `webhookEventId` stays the same, while `deliveryContext` says that it is a redelivery.
 * - **Patience**: 2 s. LINE sends again only where "Webhook redelivery" is switched on in the console, and does not
 *   say how often or how long; 24 hours are assumed. Reply tokens go stale in about a minute. A bot that fails for
 *   long is sent nothing more.
 * - **Batches**: each item of `/events` is one event with its own bytes. An empty array, which the console's "Verify"
 *   sends, is none, and is answered 200.
 *
 * Unverified: how long tokens live and LINE sends again, which no page that was read says.
 *
 * @see https://developers.line.biz/en/docs/messaging-api/receiving-messages/ (2026-11)
 * @see https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics (2026-11)
 * @see https://developers.line.biz/ja/docs/messaging-api/verify-webhook-url (2026-11)
 */
export const line: Provider = defineProvider({
  name: "line",
  title: "LINE",
  coversBody: true,
  answerWithinSeconds: 2,
  retryHours: 24,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-line-signature" },
    encoding: "base64",
    signed: ["body"],
  },
  events,
});

function* events({ body }: Delivery): Iterable<EventFields> {
  const { list, tenant } = batchOf(body);
  yield* itemEvents(() => list, pointers, "item", defined({ tenant }));
}

/** A function of its own: while the events are read, the value of the whole must not be kept. */
function batchOf(body: Uint8Array) {
  const whole = readStrictly(body);
  const tenant = textAt(whole ?? readJson(body), "/destination");
  return { list: whole && listIn(whole.text, "/events"), tenant };
}
