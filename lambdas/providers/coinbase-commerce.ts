import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Coinbase Commerce.
 *
 * - **Secret**: Coinbase Commerce → Settings → Notifications → Webhook subscriptions → Show shared secret. The whole
 *   text is the key.
 * - **Signed**: the body alone, `X-CC-Webhook-Signature` in hex. No time is signed, so a captured body can be sent
 *   again.
 * - **Id and type**: `/event/id` and `/event/type` (`charge:confirmed`) of the signed body. `/id` and
 *   `/attempt_number` beside them belong to the delivery and may change, so the event's id alone is the identity.
 * - **Retry**: the same event: the event's id stays the same, while `/id` and `/attempt_number` beside it change.
 * - **Patience**: only 200 counts; no time limit was found, 10 s is assumed. It retries with growing pauses, of an
 *   hour at most, for up to 3 days.
 *
 * @see https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-overview (2026-11)
 * @see https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-fields (2026-11)
 */
export const coinbaseCommerce: Provider = defineProvider({
  name: "coinbase-commerce",
  title: "Coinbase Commerce",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 72,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-cc-webhook-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: { id: { json: "/event/id" }, type: { json: "/event/type" } },
});
