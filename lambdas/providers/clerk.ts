import type { Provider } from "../core/provider.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";

/**
 * Clerk, which sends through Svix.
 *
 * - **Secret**: Clerk Dashboard → Configure → Webhooks → the endpoint → Signing Secret, `whsec_` and base64; the key is
 *   the decoded bytes.
 * - **Signed**: `<svix-id>.<svix-timestamp>.<body>`, `svix-signature: v1,<base64>`, several separated by spaces. Other
 *   labels do not count. The window is 300 s on both sides.
 * - **Id and type**: `svix-id`, which is signed and the same over retries, hence the identity; `/type` of the body.
 * - **Retry**: the same event: `svix-id` stays the same; the signature has a new time.
 * - **Patience**: 15 s; retries after 5 s, 5 and 30 minutes, 2, 5, 10 and 10 hours, some 28 hours in all.
 *
 * @see https://clerk.com/docs/webhooks/overview (2026-11)
 * @see https://docs.svix.com/retries (2026-11)
 */
export const clerk: Provider = createStandardWebhooks({
  name: "clerk",
  title: "Clerk",
  headers: "svix",
  retryHours: 28,
});
