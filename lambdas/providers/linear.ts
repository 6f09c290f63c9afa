import { type Delivery, defineProvider, type Provider, type Scheme } from "../core/provider.ts";
import { signScheme } from "../core/verify/scheme.ts";

const scheme: Scheme = {
  algorithm: "hmac-sha256",
  key: "utf8",
  signature: { header: "linear-signature" },
  encoding: "hex",
  signed: ["body"],
  timestamp: { json: "/webhookTimestamp", unit: "milliseconds", toleranceSeconds: 8 * 3600 },
};

/**
 * Linear.
 *
 * - **Secret**: Linear → Settings → API → Webhooks → the webhook → Signing secret, `lin_wh_…`. The whole text is the
 *   key.
 * - **Signed**: HMAC-SHA256 of the body, in hex in `Linear-Signature`. The body has the time of sending,
 *   `webhookTimestamp` in milliseconds. The window is 8 hours on both sides, all that retries need if they keep their
 *   first time; Linear's SDK takes 60 s and would refuse those. A repeat inside the window is the same body, hence no
 *   second event. The header `Linear-Timestamp` is ignored.
 * - **Id and type**: `Linear-Delivery`, which is not signed, and is marked. The identity is the body alone, which has
 *   the time of sending: under another id a replayed body is still no second event. `/type` and `/action` of the body
 *   (`Issue.create`). The tenant is `/organizationId`.
 * - **Retry**: the same event: its bytes hold its time of sending. Whether a retry keeps that time is unknown; with a
 *   new time it runs again.
 * - **Patience**: 5 s, and a 200; 3 retries: after a minute, an hour and 6 hours. A webhook that goes on failing may be
 *   switched off.
 *
 * Unverified: whether a retry has a new `webhookTimestamp`, which the window of the SDK suggests; and that
 * `Linear-Delivery` stays the same over retries.
 *
 * @see https://linear.app/developers/webhooks (2026-11)
 */
export const linear: Provider = defineProvider({
  name: "linear",
  title: "Linear",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 8,
  identity: "body",
  verification: scheme,
  sign: async (delivery, options) => signScheme(sentAt(delivery, options.now), scheme, options),
  events: {
    id: { header: "linear-delivery" },
    type: { json: "/type" },
    subtype: { json: "/action" },
    tenant: { json: "/organizationId" },
  },
});

/** With this time of sending in its body: a sample, or a delivery sent again, has an old one. */
function sentAt(delivery: Delivery, now: Date): Delivery {
  const text = new TextDecoder().decode(delivery.body);
  const stamped = text.replace(/("webhookTimestamp"\s*:\s*)\d+/, (_, name: string) => `${name}${now.getTime()}`);
  return stamped === text ? delivery : { ...delivery, body: new TextEncoder().encode(stamped) };
}
