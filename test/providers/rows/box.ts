import type { ProviderRow } from "../../contract/provider-row.ts";
import type { Variant } from "../../contract/provider-variants.ts";
import { headersFor } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const box: ProviderRow = {
  ...{ ...overBody, ...bare, header: "box-signature-primary", encoding: "base64" },
  ...{ windowSeconds: 600, timeUnit: "iso" },
  fixed: { "box-signature-version": "1", "box-signature-algorithm": "HmacSHA256" },
  body: '{"type":"webhook_event","id":"eb0c4e06","trigger":"FILE.UPLOADED","source":{"name":"é✓.txt"}}',
  event: { id: "eb0c4e06", type: "FILE.UPLOADED" },
  sign: (body, time, secret) => hmac(secret, "base64", body, time),
  others: (times) => ({ "box-delivery-timestamp": times.join(", "), "box-delivery-id": "673a081b" }),
  strangers: (body) => ({ "box-signature": hmac(overBody.secret, "base64", body) }),
};

const body = new TextEncoder().encode(box.body);
const [primary, secondary] = [box.secret, box.otherSecret];
const zone = "2026-01-05T02:00:00-08:00";

/** By two keys, each with its header or without. */
function pair(
  name: string,
  expected: Variant["expected"],
  keys: { readonly primary?: string; readonly secondary?: string },
  given: { readonly time?: string; readonly secrets?: readonly string[] } = {},
): Variant {
  const { time = "2026-01-05T10:00:00.000Z", secrets = [primary, secondary] } = given;
  const { [box.header]: _, ...rest } = headersFor(box, body, time);
  const signatures = Object.entries(keys).map(([which, key]) => [
    `box-signature-${which}`,
    key === "short" ? "short" : hmac(key, "base64", body, time),
  ]);
  return { name, expected, headers: { ...rest, ...Object.fromEntries(signatures) }, body, secrets };
}

export const row: ProviderRow = {
  ...box,
  more: [
    pair("signed by both keys", "verified", { primary, secondary }),
    pair("with the secondary signature alone", "verified", { secondary }),
    pair("with a wrong primary signature and a right secondary one", "verified", { primary: "x", secondary }),
    pair("with a broken primary signature and a right secondary one", "verified", { primary: "short", secondary }),
    pair("with a right primary signature and a wrong secondary one", "verified", { primary, secondary: "x" }),
    pair("with the secondary key alone configured", "verified", { primary, secondary }, { secrets: [secondary] }),
    pair("with two wrong signatures", "signature-wrong", { primary: "x", secondary: "y" }),
    pair("with two broken signatures", "signature-malformed", { primary: "short", secondary: "short" }),
    pair("at a time in another zone", "verified", { primary }, { time: zone }),
    pair(
      "ten minutes and a second old, in another zone",
      "timestamp-outside-window",
      { primary },
      { time: "2026-01-05T01:49:59-08:00" },
    ),
  ],
};
