import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Standard Webhooks: any provider that follows it with a symmetric secret.
 *
 * - **Secret**: where the provider shows it; `whsec_` and base64, and the key is the decoded bytes.
 * - **Signed**: `<webhook-id>.<webhook-timestamp>.<body>`, `webhook-signature: v1,<base64>`, several separated by
 *   spaces. Other labels (`v1a`, Ed25519) do not count. The window is 300 s on both sides.
 * - **Id and type**: `webhook-id`, which is signed and by the specification the same over retries, hence the identity;
 *   `/type` of the body, which the specification recommends and does not demand.
 * - **Retry**: the same event: `webhook-id` stays the same; the signature has a new time.
 * - **Patience**: 15 s, the least that the specification advises. Its example of retries ends after some 76 hours.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11)
 */
export const standardWebhooks: Provider = defineProvider({
  name: "standard-webhooks",
  title: "Standard Webhooks",
  coversBody: true,
  answerWithinSeconds: 15,
  retryHours: 76,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "whsec",
    signature: { header: "webhook-signature", split: " ", take: "v1," },
    encoding: "base64",
    signed: ["id", { text: "." }, "timestamp", { text: "." }, "body"],
    timestamp: { header: "webhook-timestamp", unit: "seconds", toleranceSeconds: 300 },
  },
  events: { id: { header: "webhook-id" }, type: { json: "/type" } },
  lacks: ["type"],
});
