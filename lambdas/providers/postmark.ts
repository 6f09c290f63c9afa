import { at } from "../core/events/json-pointer.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Postmark, by the user and password of its webhook.
 *
 * - **Secret**: Postmark → the server → the message stream → Webhooks → the webhook → Basic auth credentials, written
 *   down as `user:password`.
 * - **Signed**: nothing. `Authorization: Basic` has user and password in base64, so anybody who has seen one delivery
 *   can send any other.
 * - **Id and type**: `/MessageID` and `/RecordType` of the body, finer by its `Type` (`Bounce.HardBounce`; an inbound message has none). One message
 *   has several events (delivered, opened twice), and nothing is protected: the identity takes the body in.
 * - **Retry**: the same event: its bytes stay the same, and hold the event's time.
 * - **Patience**: a 200; retries, ever further apart, for up to 10 hours; a 403 ends them.
 * - **Not covered**: `coversBody` is false, and with it `event.bodyCovered`: ask Postmark's API by id before you act. A
 *   changed body (`send --tamper`) is accepted.
 *
 * Unverified: the time to answer; 10 s are assumed.
 *
 * @see https://postmarkapp.com/developer/webhooks/webhooks-overview (2026-11)
 * @see https://postmarkapp.com/developer/webhooks/inbound-webhook (2026-11)
 */
export const postmark: Provider = defineProvider({
  name: "postmark",
  title: "Postmark",
  coversBody: false,
  answerWithinSeconds: 10,
  retryHours: 10,
  identity: "id+body",
  sampleSecret: () => ({ secret: `hookline:${crypto.randomUUID()}` }),
  verification: {
    algorithm: "token",
    key: "utf8",
    signature: { header: "authorization", take: "Basic " },
    encoding: "base64",
    signed: [],
  },
  events: { id: { json: "/MessageID" }, type: { json: "/RecordType" }, subtype: { json: "/Type" } },
  // An inbound message, and nothing else, says whom it is from.
  lacks: (_, { read }) => (at(read().json, "/FromFull") === undefined ? [] : ["type"]),
});
