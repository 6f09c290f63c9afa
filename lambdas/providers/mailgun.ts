import { jsonObject, objectIn, objectOf, textOf } from "../core/events/strict-json.ts";
import { type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type Provider,
  type ReadDelivery,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { checkSignatures } from "../core/verify/match-signatures.ts";
import { randomHex } from "../core/verify/public-keys.ts";
import { signatureText } from "../core/verify/signature.ts";
import { checkWindow, timeText } from "../core/verify/timestamp.ts";

const utf8 = new TextEncoder();
const form = { algorithm: "hmac-sha256", key: "utf8", encoding: "hex" } as const;

/**
 * Mailgun.
 *
 * - **Secret**: Send → Webhooks → HTTP webhook signing key. The whole text is the key.
 * - **Signed**: HMAC-SHA256 of `<timestamp><token>`, in hex, all three in the object `signature` of the JSON body.
 *   Events of a subaccount have a `parent-signature` by the main account's key too, and either counts. The window is 9
 *   hours on both sides, as long as Mailgun retries: whether a retry has a new time is not documented.
 * - **Id and type**: `/signature/token` and `/event-data/event`, of a failure its severity, too (`failed.permanent`).
 *   Mailgun asks to honour a token once, and it is all that is signed beside the time: with the token alone as the
 *   identity, one signature lets one body in, though the payload is not covered. The event's own id is
 *   `/event-data/id`.
 * - **Retry**: unknown: the documentation does not say whether a retry keeps its token. With another token it runs
 *   again.
 * - **Patience**: not documented as a figure; 10 s is assumed. Retries after 5, 10 and 15 minutes, 1, 2 and 4 hours; a
 *   406 ends them.
 * - **Not covered**: the payload. Somebody who gets hold of a delivery before it arrives can put another event under
 *   its signature: ask Mailgun's events API by id before you act.
 * - **Size**: the signature is in the body, which is therefore read before it is believed: 1 MiB at most, or the limit
 *   that the source sets. An event is some KiB; Mailgun documents no maximum.
 *
 * Unverified: whether a retry keeps its token. Older form-encoded webhooks are refused.
 *
 * @see https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks (2026-11)
 * @see https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries (2026-11)
 */
export const mailgun: Provider = defineProvider({
  name: "mailgun",
  title: "Mailgun",
  coversBody: false,
  answerWithinSeconds: 10,
  retryHours: 9,
  identity: "id",
  bodyLimitBytes: 1_048_576,
  verification: verifyToken,
  sign: signToken,
  events: {
    id: { json: "/signature/token" },
    type: { json: "/event-data/event" },
    subtype: { json: "/event-data/severity" },
  },
});

async function verifyToken(
  delivery: ReadDelivery,
  { secrets, now }: VerifyOptions,
): Promise<Signed | Refusal | Unavailable> {
  const given = objectOf(objectIn(delivery) ?? {}, "signature") ?? {};
  const [token = "", own, parent] = ["token", "signature", "parent-signature"].map((name) => textOf(given, name));
  // The documentation's table has a number, and its example a text.
  const timestamp = typeof given.timestamp === "number" ? `${given.timestamp}` : (textOf(given, "timestamp") ?? "");
  const parts = [utf8.encode(timestamp), utf8.encode(token)];
  const sent = [own, parent].filter((text) => text !== undefined);
  const signatures = token === "" || sent.length === 0 ? undefined : sent;
  const signed = checkSignatures(form, { secrets, parts, signatures, where: 'the body\'s "signature"' });
  if (signed.kind !== "signed") return signed;
  // Ten digits: else a digit could move between the time and the token.
  if (!/^\d{10}$/.test(timestamp)) return refused("timestamp-malformed", "the timestamp is not in seconds");
  return checkWindow(timestamp, { unit: "seconds", toleranceSeconds: 9 * 3600 }, now) ?? signed;
}

async function signToken(delivery: Delivery, { secret, now }: SignOptions): Promise<Delivery> {
  const json = jsonObject(delivery.body) ?? {};
  const timestamp = timeText("seconds", now);
  const token = textOf(objectOf(json, "signature") ?? {}, "token") ?? randomHex(25);
  const signature = signatureText(secret, form, [utf8.encode(timestamp), utf8.encode(token)]);
  const body = utf8.encode(JSON.stringify({ ...json, signature: { timestamp, token, signature } }));
  return { ...delivery, body };
}
