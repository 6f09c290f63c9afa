import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Box (webhooks V2).
 *
 * - **Secret**: Developer Console → the app → Webhooks → Manage signature keys: the primary and the secondary key.
 *   Configure both, as two secrets of the source; while one is replaced, the other goes on being right. The whole text
 *   of each is the key.
 * - **Signed**: `<body><BOX-DELIVERY-TIMESTAMP>`, in base64 in `BOX-SIGNATURE-PRIMARY` and `BOX-SIGNATURE-SECONDARY`,
 *   one by each key; either is enough. `BOX-SIGNATURE-VERSION` must be `1` and `BOX-SIGNATURE-ALGORITHM` `HmacSHA256`.
 *   The time is RFC 3339; the window is 600 s on both sides, while Box's own libraries check the past only.
 * - **Id and type**: `/id` and `/trigger` of the signed body. The id is the same over retries, hence the identity;
 *   `BOX-DELIVERY-ID`, which is another each time, is ignored.
 * - **Retry**: the same event: `/id` stays the same, while `BOX-DELIVERY-ID` changes.
 * - **Patience**: 30 s. Up to 12 retries within 2 hours.
 *
 * @see https://developer.box.com/guides/webhooks/v2 (2026-11)
 * @see https://developer.box.com/guides/webhooks/v2/signatures-v2 (2026-11)
 */
export const box: Provider = defineProvider({
  name: "box",
  title: "Box",
  coversBody: true,
  answerWithinSeconds: 30,
  retryHours: 2,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: [{ header: "box-signature-primary" }, { header: "box-signature-secondary" }],
    encoding: "base64",
    signed: ["body", "timestamp"],
    fixed: { "box-signature-version": "1", "box-signature-algorithm": "HmacSHA256" },
    timestamp: { header: "box-delivery-timestamp", unit: "iso", toleranceSeconds: 600 },
  },
  events: { id: { json: "/id" }, type: { json: "/trigger" } },
});
