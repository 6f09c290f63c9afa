import { textAnswer } from "../core/outcome.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Adyen for Platforms, Marketplaces and Issuing (webhooks of a balance platform). Standard payment webhooks are signed
 * otherwise, item by item.
 *
 * - **Secret**: Customer Area → Developers → Webhooks → Platforms → the webhook → Security → HMAC key: 64 hex digits,
 *   whose bytes are the key. A new key takes a while to reach all of Adyen: keep the old one configured beside it.
 * - **Signed**: the body alone, `HmacSignature` in base64. The header `Protocol` (`HmacSHA256`) and basic
 *   authentication are ignored. No time is signed, so a captured body can be sent again.
 * - **Id and type**: `/type` of the signed body; the tenant is `/data/balancePlatform`. There is no event id that all
 *   types have (`/data/id` is the resource's), so the body is the identity.
 * - **Retry**: unknown: the documentation does not say whether its bytes stay the same. With equal bytes it is the
 *   same event, with others it runs again.
 * - **Patience**: 10 s. 3 retries at once, then after growing pauses, at last every 8 hours, for 30 days.
 * - **Answer**: `[accepted]` with 200. Newer pages ask for any 2xx, older ones for this text.
 *
 * Unverified: that a retry has the same bytes.
 *
 * @see https://docs.adyen.com/platforms/set-up-webhooks (2026-11)
 * @see https://docs.adyen.com/platforms/manage-webhooks (2026-11)
 */
export const adyenPlatform: Provider = defineProvider({
  name: "adyen-platform",
  title: "Adyen for Platforms",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 720,
  identity: "body",
  answer: textAnswer("[accepted]"),
  verification: {
    algorithm: "hmac-sha256",
    key: "hex",
    signature: { header: "hmacsignature" },
    encoding: "base64",
    signed: ["body"],
  },
  events: { type: { json: "/type" }, tenant: { json: "/data/balancePlatform" } },
});
