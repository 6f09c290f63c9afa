import { defined } from "../core/bytes/defined.ts";
import { composedId } from "../core/events/composed-id.ts";
import { itemsIn } from "../core/events/json-items.ts";
import { isObject, type JsonObject, jsonObject, objectIn, objectOf, textOf } from "../core/events/strict-json.ts";
import { type Refusal, refused, textAnswer, type Unavailable } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type EventFields,
  type Provider,
  type ReadDelivery,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { checkSignatures, keysOf } from "../core/verify/match-signatures.ts";
import { randomHex } from "../core/verify/public-keys.ts";
import { signatureText } from "../core/verify/signature.ts";

const utf8 = new TextEncoder();
const form = { algorithm: "hmac-sha256", key: "hex", encoding: "base64" } as const;
const mostItems = 64;

/**
 * Adyen (payments), standard webhooks in JSON.
 *
 * - **Secret**: Customer Area → Developers → Webhooks → the webhook → Security → HMAC key, in hex. Adyen goes on
 *   signing with the old key for a while after a new one: keep both.
 * - **Signed**: HMAC-SHA256 of `pspReference`, `originalReference`, `merchantAccountCode`, `merchantReference`,
 *   `amount.value`, `amount.currency`, `eventCode` and `success`, in each item, joined by colons without escapes, in
 *   base64 in `additionalData.hmacSignature`. Every item must be rightly signed. No time is signed, so a captured
 *   delivery can be sent again. The user name and password of the webhook are ignored.
 * - **Id and type**: all that tells two notifications apart: the signed fields, `eventDate` and
 *   `additionalData.disputeStatus`, composed to one id, which is the identity; `eventCode` of the signed fields. All
 *   events of a dispute share their `pspReference`, and a chargeback comes `Undefended` and later `Lost`; a report has
 *   its file's name for one. Adyen documents `pspReference` and `eventCode` as the fields that duplicates share, and
 *   that their date may differ. Such a duplicate runs again, so that no chargeback is lost. Date and status are not
 *   signed.
 * - **Retry**: the same event: an event is known by its signed fields, its date and its dispute status. Adyen documents
 *   that a duplicate may have another `eventDate`: such a duplicate runs again.
 * - **Patience**: 10 s. 3 retries within a minute, then after 2 minutes and at gaps of up to 8 hours, for 30 days.
 * - **Answer**: `[accepted]` as text.
 * - **Batches**: `notificationItems`, one in JSON as documented; one event each with the item's own bytes. `live`,
 *   beside the list, is read as the event's livemode. An empty list has no signature, and is refused, as are more than
 *   64.
 * - **Not covered**: all other fields of an item, such as `reason`, `paymentMethod`, `additionalData` and `eventDate`,
 *   and `live`. Take the signed eight as they are, and ask Adyen for the rest before you act on it.
 * - **Size**: signatures are in the body, which is therefore read before it is believed: 1 MiB at most, or the limit
 *   that the source sets. An item is some KiB; Adyen documents no maximum.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures (2026-11)
 * @see https://docs.adyen.com/development-resources/webhooks/handle-webhook-events (2026-11)
 * @see https://www.npmjs.com/package/@adyen/api-library (2026-11)
 */
export const adyenPayments: Provider = defineProvider({
  name: "adyen-payments",
  title: "Adyen (payments)",
  coversBody: false,
  answerWithinSeconds: 10,
  retryHours: 720,
  retryChangesBody: true,
  identity: "id",
  bodyLimitBytes: 1_048_576,
  answer: textAnswer("[accepted]"),
  verification: verifyItems,
  sign: signItems,
  sampleSecret: () => ({ secret: randomHex(32).toUpperCase() }),
  events: readItems,
});

async function verifyItems(
  delivery: ReadDelivery,
  { secrets }: VerifyOptions,
): Promise<Signed | Refusal | Unavailable> {
  const keys = keysOf(secrets, form);
  if ("kind" in keys) return keys;
  const items = objectIn(delivery)?.notificationItems;
  if (!Array.isArray(items) || items.length === 0) return refused("signature-missing", "the body has no items");
  if (items.length > mostItems) return refused("signature-malformed", `the body has more than ${mostItems} items`);
  let first: Signed | undefined;
  for (const wrapped of items) {
    const item = notification(wrapped);
    const text = item === undefined ? undefined : signedText(item);
    const sent = textOf(objectOf(item ?? {}, "additionalData") ?? {}, "hmacSignature");
    if (sent === undefined) return refused("signature-missing", "an item has no additionalData.hmacSignature");
    if (text === undefined) return refused("signature-malformed", "an item lacks the fields that are signed");
    const given = { secrets, parts: [utf8.encode(text)], signatures: [sent], where: "additionalData.hmacSignature" };
    const signed = checkSignatures(form, given);
    if (signed.kind !== "signed") return signed;
    first ??= signed;
  }
  return first ?? refused("signature-missing", "the body has no items");
}

function notification(wrapped: unknown): JsonObject | undefined {
  return isObject(wrapped) ? objectOf(wrapped, "NotificationRequestItem") : undefined;
}

/** The signed fields of an item, in their order. */
const signedNames = [
  ...(["pspReference", "originalReference", "merchantAccountCode", "merchantReference"] as const),
  ...(["value", "currency", "eventCode", "success"] as const),
];
type SignedFields = Readonly<Record<(typeof signedNames)[number], string>>;

/**
 * The signed fields of an item; undefined where one is not of its form. Nothing is escaped, so only names that you or your shopper choose may hold a colon: else
 * a value could be read as the next one.
 */
function signedFields(item: JsonObject): SignedFields | undefined {
  const amount = objectOf(item, "amount") ?? {};
  const fields: Record<keyof SignedFields, string | undefined> = {
    pspReference: member(item, "pspReference", /^[^:]+$/),
    originalReference: member(item, "originalReference", /^[^:]*$/),
    merchantAccountCode: member(item, "merchantAccountCode", /^/),
    merchantReference: member(item, "merchantReference", /^/),
    value: member(amount, "value", /^-?\d*$/),
    currency: member(amount, "currency", /^[A-Z]*$/),
    eventCode: member(item, "eventCode", /^\w+$/),
    success: member(item, "success", /^(?:true|false)$/),
  };
  return Object.values(fields).includes(undefined) ? undefined : (fields as SignedFields);
}

function signedText(item: JsonObject): string | undefined {
  const fields = signedFields(item);
  return fields && signedNames.map((name) => fields[name]).join(":");
}

/** Undefined where what is signed cannot be read. */
function idOf(item: JsonObject): string | undefined {
  const fields = signedFields(item);
  if (fields === undefined) return undefined;
  const disputeStatus = textOf(objectOf(item, "additionalData") ?? {}, "disputeStatus");
  return composedId({ ...fields, eventDate: textOf(item, "eventDate"), disputeStatus });
}

/** The text of a member as the SDK joins it: empty where it is absent. */
function member(object: JsonObject, name: string, fits: RegExp): string | undefined {
  const value = (Object.hasOwn(object, name) ? object[name] : undefined) ?? "";
  const text = typeof value === "object" ? undefined : String(value);
  return text !== undefined && fits.test(text) ? text : undefined;
}

function* readItems(delivery: ReadDelivery): Iterable<EventFields> {
  const whole = objectIn(delivery);
  const items = whole && itemsIn(delivery.read().text, "/notificationItems");
  if (items === undefined) yield {};
  const live = whole?.live;
  const livemode = live === "true" || live === true ? true : live === "false" || live === false ? false : undefined;
  for (const wrapped of items ?? []) {
    const item = notification(wrapped.json) ?? {};
    yield {
      ...defined({ id: idOf(item), type: signedFields(item)?.eventCode, livemode }),
      get body() {
        return wrapped.body;
      },
    };
  }
}

async function signItems(delivery: Delivery, { secret }: SignOptions): Promise<Delivery> {
  const json = jsonObject(delivery.body) ?? {};
  const items = Array.isArray(json.notificationItems) ? json.notificationItems : [];
  const notificationItems = items.map((wrapped: unknown) => {
    const item = notification(wrapped);
    const text = item === undefined ? undefined : signedText(item);
    if (item === undefined || text === undefined) throw new TypeError("Cannot sign delivery: an item is not Adyen's");
    const hmacSignature = signatureText(secret, form, [utf8.encode(text)]);
    const additionalData = { ...objectOf(item, "additionalData"), hmacSignature };
    return { NotificationRequestItem: { ...item, additionalData } };
  });
  return { ...delivery, body: utf8.encode(JSON.stringify({ ...json, notificationItems })) };
}
