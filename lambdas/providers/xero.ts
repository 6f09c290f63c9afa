import { itemEvents } from "../core/events/batched-events.ts";
import { type ItemList, listIn, readStrictly } from "../core/events/json-items.ts";
import { at, readJson } from "../core/events/json-pointer.ts";
import { type Delivery, defineProvider, type EventFields, type Provider } from "../core/provider.ts";
import { isUnset } from "../core/verify/unset-secret.ts";

const pointers = { type: "/eventType", subtype: "/eventCategory", tenant: "/tenantId" };

/**
 * Xero.
 *
 * - **Secret**: developer.xero.com → My Apps → the app → Webhooks → Webhooks key. Its text is the key, though it looks
 *   like base64.
 * - **Signed**: the body alone, `x-xero-signature` in base64. No time is signed, so a captured body can be sent again.
 * - **Id and type**: an event has no id; its bytes, which hold resource and time, are the identity. The type is
 *   `eventType` and `eventCategory` (`UPDATE.INVOICE`). The tenant is `tenantId`.
 * - **Retry**: the same event: an event's bytes hold its time, in every delivery of it. Equal items of one delivery
 *   are events of their own, by their place.
 * - **Patience**: 5 s. It retries with growing pauses for up to 24 hours; then the webhook is disabled.
 * - **Answer**: 200 without a body and without cookies.
 * - **Handshake**: the "intent to receive": several deliveries with no event in them, some signed wrongly on purpose.
 *   The right ones are answered 200, the wrong ones 401, both without a body.
 * - **Batches**: each item of `/events` is one event with its own bytes. No events, an empty array or `null`, is none.
 *
 * @see https://developer.xero.com/documentation/webhooks/configuring-your-server (2026-11)
 */
export const xero: Provider = defineProvider({
  name: "xero",
  title: "Xero",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 24,
  identity: "body",
  answer: { status: 200 },
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-xero-signature" },
    encoding: "base64",
    signed: ["body"],
  },
  events,
  handshake: {
    method: "POST",
    signed: false,
    answer(delivery, { secrets }) {
      // It is short; what is longer is not even read.
      if (secrets.every(isUnset) || delivery.body.length > 1024) return undefined;
      const [first] = events(delivery);
      return first === undefined ? { status: 401 } : undefined;
    },
  },
});

function* events({ body }: Delivery): Iterable<EventFields> {
  const list = listOf(body);
  if (list !== null) yield* itemEvents(() => list, pointers);
}

/** Null where the body says that there are no events. It keeps the text alone, and not the value of the whole. */
function listOf(body: Uint8Array): ItemList | undefined | null {
  const whole = readStrictly(body);
  if (at((whole ?? readJson(body)).json, "/events") === null) return null;
  return whole && listIn(whole.text, "/events");
}
