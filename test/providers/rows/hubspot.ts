import { createHash } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { headersFor, oddBatches, taken } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const url = "https://hooks.example/hubspot?from=hubspot";
const created =
  '{"eventId":1,"subscriptionId":12,"portalId":33,"occurredAt":1767607200000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123}';
const changed =
  '{ "eventId":1, "subscriptionId":13, "portalId":33, "occurredAt":1767607200001, "subscriptionType":"contact.propertyChange", "objectId":123, "propertyValue":"é🦊 $&" }';
const again = created.replace('"attemptNumber":0', '"attemptNumber":1');

const hubspot: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-hubspot-signature-v3", encoding: "base64", url },
  ...{ windowSeconds: 300, timeUnit: "milliseconds" },
  body: `[${created},${changed}]`,
  events: [
    {
      id: "eventId=1&portalId=33&subscriptionId=12&occurredAt=1767607200000&objectId=123",
      type: "contact.creation",
      tenant: "33",
      body: created,
    },
    {
      id: "eventId=1&portalId=33&subscriptionId=13&occurredAt=1767607200001&objectId=123&propertyValue=x16LrRKtr9AkMaYG_0GFwg",
      type: "contact.propertyChange",
      tenant: "33",
      body: changed,
    },
  ],
  sign: (body, time, secret) => hmac(secret, "base64", `POST${url}`, body, time),
  others: (times) => ({ "x-hubspot-request-timestamp": times.join(", ") }),
  strangers: (body) => ({
    "x-hubspot-signature": createHash("sha256").update(overBody.secret).update(body).digest("hex"),
    "x-hubspot-signature-version": "v1",
  }),
};

const bytes = new TextEncoder().encode(hubspot.body);
const time = "1767607200000";
const signedAs = (...parts: readonly (string | Uint8Array)[]) => ({
  body: bytes,
  headers: { ...headersFor(hubspot, bytes), "x-hubspot-signature-v3": hmac(overBody.secret, "base64", ...parts) },
  secrets: [hubspot.secret],
  expected: "signature-wrong" as const,
});

export const row: ProviderRow = {
  ...hubspot,
  more: [
    ...oddBatches(hubspot, { wrap: (items) => `[${items.join()}]`, others: ["{}", '{"events":[]}'] }),
    taken(hubspot, "sent again, under the same id with other bytes", `[${again}]`, [
      {
        id: "eventId=1&portalId=33&subscriptionId=12&occurredAt=1767607200000&objectId=123",
        type: "contact.creation",
        tenant: "33",
        body: again,
      },
    ]),
    taken(hubspot, "with an id alone", '[{"eventId":"7"}]', [{ id: "eventId=7", body: '{"eventId":"7"}' }]),
    { name: "with another URL signed", ...signedAs(`POST${url}/`, bytes, time) },
    { name: "with another method signed", ...signedAs(`GET${url}`, bytes, time) },
    { name: "with no URL signed", ...signedAs("POST", bytes, time) },
    { name: "with the time signed before the body", ...signedAs(`POST${url}`, time, bytes) },
  ],
};
