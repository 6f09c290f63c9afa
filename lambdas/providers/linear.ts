import { type Delivery, defineProvider, type Provider, type Scheme } from "../core/provider.ts";
import { signScheme } from "../core/scheme.ts";

const scheme: Scheme = {
  algorithm: "hmac-sha256",
  key: "utf8",
  signature: { header: "linear-signature" },
  encoding: "hex",
  signed: ["body"],
  timestamp: { json: "/webhookTimestamp", unit: "milliseconds", toleranceSeconds: 60 },
};

/**
 * Linear.
 *
 * - **Secret**: Linear → Settings → API → Webhooks → the webhook → Signing secret, `lin_wh_…`. The whole text is the
 *   key.
 * - **Signed**: the body, `Linear-Signature` in hex. The body bears the time of sending, `webhookTimestamp` in
 *   milliseconds; the window is 60 s on both sides, as in Linear's SDK. The header `Linear-Timestamp` is not looked at.
 * - **Id and type**: `Linear-Delivery`, which is not signed: the identity takes the body in, and the event is marked.
 *   As the body bears the time of sending, a retry of what was taken may count as an event of its own: let its work be
 *   repeatable. `/type` of the body (`Issue`); the action stays in the payload. The tenant is `/organizationId`.
 * - **Patience**: 5 s, and a 200; 3 retries: after a minute, an hour and 6 hours. A webhook that goes on failing may be
 *   switched off.
 *
 * Unverified: whether a retry bears a new `webhookTimestamp`, which the window of the SDK suggests; and that
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
  identity: "id+body",
  verification: scheme,
  sign: async (delivery, options) => signScheme(sentAt(delivery, options.now), scheme, options),
  events: { id: { header: "linear-delivery" }, type: { json: "/type" }, tenant: { json: "/organizationId" } },
});

/** With this time of sending in its body: a sample, or a delivery sent again, bears an old one. */
function sentAt(delivery: Delivery, now: Date): Delivery {
  const text = new TextDecoder().decode(delivery.body);
  const stamped = text.replace(/("webhookTimestamp"\s*:\s*)\d+/, (_, name: string) => `${name}${now.getTime()}`);
  return stamped === text ? delivery : { ...delivery, body: new TextEncoder().encode(stamped) };
}
