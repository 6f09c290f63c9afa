import type { Provider } from "../core/provider.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";

/**
 * Svix, and any sender that uses it under its own headers (`svix-*`).
 *
 * - **Secret**: the sender's webhook portal → the endpoint → Signing Secret, `whsec_` and base64; the key is the
 *   decoded bytes.
 * - **Signed**: `<svix-id>.<svix-timestamp>.<body>`, `svix-signature: v1,<base64>`, several separated by spaces. Other
 *   labels (`v1a`, Ed25519) do not count. The window is 300 s on both sides. The same under `webhook-*` is the provider
 *   `standard-webhooks`.
 * - **Id and type**: `svix-id`, which is signed and the same over retries, hence the identity; `/type` of the body,
 *   where the sender puts one.
 * - **Retry**: the same event: `svix-id` stays the same; the signature has a new time.
 * - **Patience**: 15 s; retries after 5 s, 5 and 30 minutes, 2, 5, 10 and 10 hours, some 28 hours in all. An endpoint
 *   that fails for 5 days is switched off.
 *
 * @see https://docs.svix.com/receiving/verifying-payloads/how-manual (2026-11)
 * @see https://docs.svix.com/retries (2026-11)
 */
export const svix: Provider = createStandardWebhooks({
  name: "svix",
  title: "Svix",
  headers: "svix",
  retryHours: 28,
  lacks: ["type"],
});
