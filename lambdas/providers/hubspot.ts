import { toBase64Url } from "../core/bytes/base64.ts";
import { defined } from "../core/bytes/defined.ts";
import { sha256 } from "../core/bytes/sha256.ts";
import { composedId } from "../core/events/composed-id.ts";
import { at, textAt } from "../core/events/fields.ts";
import { listAt } from "../core/events/json-items.ts";
import { elements, type JsonText, placeAt } from "../core/events/json-pointer.ts";
import { type Delivery, defineProvider, type EventFields, type Provider } from "../core/provider.ts";

const toUtf8 = new TextEncoder();

/** The fields that a retry keeps and that tell events apart. Each kind of event has some of them. */
const told = [
  ...["eventId", "portalId", "subscriptionId", "occurredAt", "objectId", "objectTypeId", "propertyName"],
  ...["messageId", "messageType"],
  ...["fromObjectId", "toObjectId", "associationType", "associationTypeId", "associationCategory"],
  ...["associationRemoved", "isPrimaryAssociation"],
  ...["primaryObjectId", "newObjectId", "mergedObjectIds"],
].map((name) => ({ name, pointer: `/${name}` }));

/**
 * HubSpot (webhooks of an app, signature version 3).
 *
 * - **Secret**: the app's client secret: developer account → Apps → the app → Auth → Client secret. For a private app:
 *   Settings → Integrations → Private Apps → the app → Auth. The whole text is the key.
 * - **Signed**: `<method><URL><body><timestamp>`, `X-HubSpot-Signature-v3` in base64, the time in milliseconds in
 *   `X-HubSpot-Request-Timestamp`. The URL is the one that is registered with HubSpot, and must be configured for the
 *   source as HubSpot signs it, with its escapes (`%3A`) decoded. The window is 300 s on both sides.
 *   `X-HubSpot-Signature` (versions 1 and 2) is ignored.
 * - **Id and type**: HubSpot does not promise that `eventId` is unique, and `attemptNumber` changes the bytes of a
 *   retry. The id is therefore composed of the fields that tell events apart and that a retry does not change, all
 *   signed, and is the identity: `eventId`, `portalId`, `subscriptionId`, `occurredAt`, `objectId`; of an association
 *   `fromObjectId`, `toObjectId`, its kind, `associationRemoved` and `isPrimaryAssociation`, of a merge
 *   `primaryObjectId`, `newObjectId` and `mergedObjectIds`, of a property `propertyName` and a hash of
 *   `propertyValue`, which may be anybody's address and an id is logged, of a message `messageId` and `messageType`.
 *   The type is `subscriptionType` (`contact.creation`), the tenant `portalId`.
 * - **Retry**: the same event: the fields of its id stay the same, while `attemptNumber` counts in its body.
 * - **Patience**: 5 s. Up to 10 retries, spread over 24 hours.
 * - **Batches**: the body is an array of up to 100 events; each is one event with its own bytes.
 *
 * Unverified: that all of them together are unique and stay the same over retries. The retries are from others' guides.
 *
 * @see https://developers.hubspot.com/docs/api/webhooks (2026-11)
 * @see https://developers.hubspot.com/changelog/new-subscription-types-for-webhooks (2026-11)
 * @see https://github.com/HubSpot/hubspot-api-nodejs (2026-11)
 */
export const hubspot: Provider = defineProvider({
  name: "hubspot",
  title: "HubSpot",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 24,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-hubspot-signature-v3" },
    encoding: "base64",
    signed: ["method", "url", "body", "timestamp"],
    timestamp: { header: "x-hubspot-request-timestamp", unit: "milliseconds", toleranceSeconds: 300 },
  },
  events,
});

function* events({ body }: Delivery): Iterable<EventFields> {
  const list = listAt(body, "");
  if (list === undefined) yield {};
  for (const item of list ?? []) {
    const { text } = item;
    yield {
      ...defined({
        id: idOf(item),
        type: textAt(item, "/subscriptionType"),
        tenant: textAt(item, "/portalId"),
      }),
      get body() {
        return toUtf8.encode(text);
      },
    };
  }
}

/** None without an `eventId`: what is left would say too little. */
function idOf(item: JsonText): string | undefined {
  if (textAt(item, "/eventId") === undefined) return undefined;
  const value = toldAt(item, "/propertyValue");
  const propertyValue = value && toBase64Url(sha256(toUtf8.encode(JSON.stringify(value))).subarray(0, 16));
  // An event has few of them.
  const parts: Record<string, string> = {};
  for (const { name, pointer } of told) {
    const text = toldAt(item, pointer);
    if (text !== undefined) parts[name] = text;
  }
  return composedId({ ...parts, propertyValue });
}

/** A text, a number, a flag, or a list as it was sent: one pass over it, however long or nested it is. */
function toldAt(item: JsonText, pointer: string): string | undefined {
  const value = at(item.json, pointer);
  if (value === undefined) return undefined;
  const start = Array.isArray(value) ? placeAt(item.text, pointer) : undefined;
  if (start !== undefined)
    return Array.from(elements(item.text, start), (range) => item.text.slice(...range)).join(",");
  return typeof value === "boolean" ? String(value) : textAt(item, pointer);
}
