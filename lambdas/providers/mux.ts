import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Mux.
 *
 * - **Secret**: Mux Dashboard → Settings → Webhooks → the webhook → Signing Secret. The whole text is the key.
 * - **Signed**: `<t>.<body>`, `Mux-Signature: t=…,v1=…` in hex. Other labels do not count. The window is 300 s on both
 *   sides; Mux's own library checks the past only.
 * - **Id and type**: `/id` and `/type` of the signed body (`video.asset.ready`); the tenant is `/environment/id`. Bytes
 *   under one id may differ between attempts (`attempts`), so the id alone is the identity.
 * - **Retry**: the same event: `/id` stays the same, while `attempts` grows.
 * - **Patience**: 5 s; retries for 24 hours.
 *
 * Unverified: both figures of the patience are recalled, not read.
 *
 * @see https://www.mux.com/docs/core/verify-webhook-signatures (2026-11)
 */
export const mux: Provider = defineProvider({
  name: "mux",
  title: "Mux",
  coversBody: true,
  answerWithinSeconds: 5,
  retryHours: 24,
  retryChangesBody: true,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "mux-signature", split: ",", take: "v1=" },
    encoding: "hex",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: { header: "mux-signature", split: ",", take: "t=", unit: "seconds", toleranceSeconds: 300 },
  },
  events: { id: { json: "/id" }, type: { json: "/type" }, tenant: { json: "/environment/id" } },
});
