import { type Delivery, defineProvider, type Provider } from "../core/provider.ts";

/**
 * WooCommerce.
 *
 * - **Secret**: WooCommerce → Settings → Advanced → Webhooks → the webhook → Secret. The whole text is the key, with
 *   plain characters where WordPress keeps HTML entities (`&`, not `&amp;`).
 * - **Signed**: the body alone, `X-WC-Webhook-Signature` in base64. No time is signed, so a captured body can be sent
 *   again.
 * - **Id and type**: `X-WC-Webhook-Topic` and `X-WC-Webhook-Delivery-ID`; neither is signed, and both are marked. The
 *   delivery id is new with each attempt, but there is one attempt only. Alone it tells too little: it is a hash of
 *   the webhook and the second. The body alone would lose events: `order.created` and `order.updated` of one order
 *   often have the same bytes, and so has a product that is deleted twice. Hence both together are the identity.
 * - **Retry**: unknown: WooCommerce sends no retry. A delivery with the same id and bytes is the same event.
 * - **Patience**: 60 s, one attempt and **no retry**. After more than 5 failures in a row the webhook is disabled.
 * - **Handshake**: when a webhook is saved, an unsigned POST of the form `webhook_id=<number>` must be answered with
 *   just 200. It is, and goes nowhere. Nothing else without a signature is.
 *
 * @see https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php (2026-11)
 * @see https://woocommerce.com/document/webhooks/ (2026-11)
 */
export const woocommerce: Provider = defineProvider({
  name: "woocommerce",
  title: "WooCommerce",
  coversBody: true,
  answerWithinSeconds: 60,
  retryHours: 0,
  identity: "id+body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-wc-webhook-signature" },
    encoding: "base64",
    signed: ["body"],
  },
  events: { id: { header: "x-wc-webhook-delivery-id" }, type: { header: "x-wc-webhook-topic" } },
  handshake: {
    method: "POST",
    signed: false,
    answer: (delivery) => (isPing(delivery) ? { status: 200 } : undefined),
  },
});

function isPing({ headers, body }: Delivery): boolean {
  // A ping is short; what is longer is not even read.
  if (headers.has("x-wc-webhook-signature") || body.length > 64) return false;
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  const isForm = type.trim().toLowerCase() === "application/x-www-form-urlencoded";
  return isForm && /^webhook_id=\d{1,20}$/.test(new TextDecoder().decode(body));
}
