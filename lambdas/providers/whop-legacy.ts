import { defined } from "../core/bytes/defined.ts";
import { toHex } from "../core/bytes/sha256.ts";
import { textAt } from "../core/events/json-pointer.ts";
import { headerTexts } from "../core/events/sent-headers.ts";
import { defineProvider, type EventFields, type Provider, type ReadDelivery } from "../core/provider.ts";

const signedTime = { header: "x-whop-signature", split: ",", take: "t=" } as const;

/**
 * Whop (legacy), the older webhooks of API v2 and v5.
 *
 * - **Secret**: Dashboard → Developer → Webhooks → the webhook's secret. The whole text is the key.
 * - **Signed**: `<t>.<body>`, `X-Whop-Signature: t=…,v1=…` in hex. Other labels do not count. The window is 300 s on
 *   both sides.
 * - **Id and type**: no id, and a body without a time, so that a membership which goes valid twice has the same bytes:
 *   the id is made of the signed time and the body's hash, and is the identity; `/action`. The tenant is `/company`,
 *   `biz_…`; where it is null the event is the app owner's own and has no tenant.
 * - **Retry**: unknown: no retry is documented. With the same signature it is the same event. With a new signature it
 *   runs again.
 * - **Patience**: neither a time to answer nor retries are documented; 10 s and an hour are assumed.
 * - **Several sources**: webhooks of a company and of an app have secrets of their own, so each is a source, as for
 *   `whop`. One webhook of an app tells of both kinds: of a member's act at a company that uses the app (with a tenant),
 *   and of a business that bought the app itself (without).
 *
 * Unverified: whether several `v1` are ever sent; any of them counts.
 *
 * @see https://dev.whop.com/webhooks (2026-11)
 */
export const whopLegacy: Provider = defineProvider({
  name: "whop-legacy",
  title: "Whop (legacy)",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 1,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-whop-signature", split: ",", take: "v1=" },
    encoding: "hex",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: { ...signedTime, unit: "seconds", toleranceSeconds: 300 },
  },
  events,
  siblings: [{ provider: "whop", header: "webhook-signature" }],
});

function events({ headers, read, hash }: ReadDelivery): readonly EventFields[] {
  const [time] = headerTexts(headers, signedTime) ?? [];
  const json = read();
  const id = time === undefined ? undefined : `${time}.${toHex(hash())}`;
  return [defined({ id, type: textAt(json, "/action"), tenant: textAt(json, "/company") })];
}
