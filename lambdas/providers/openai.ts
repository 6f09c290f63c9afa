import type { Provider } from "../core/provider.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";

/**
 * OpenAI (batches, background responses, fine-tuning, calls): Standard Webhooks.
 *
 * - **Secret**: OpenAI Platform → Settings → Project → Webhooks → the endpoint, `whsec_` and base64, shown once; the
 *   key is the decoded bytes.
 * - **Signed**: `<webhook-id>.<webhook-timestamp>.<body>`, `webhook-signature: v1,<base64>`, several separated by
 *   spaces. Other labels do not count, nor a signature without one, which OpenAI's SDK takes. The window is 300 s on
 *   both sides, as in the SDK.
 * - **Id and type**: `webhook-id`, which is signed and documented as the one to check for repeats, hence the identity;
 *   `/type` of the body. The body's own `/id` (`evt_…`) is ignored.
 * - **Retry**: the same event: `webhook-id` stays the same; the signature has a new time.
 * - **Patience**: "a few seconds"; a redirect is a failure. Retries, ever further apart, for up to 72 hours.
 *
 * Unverified: the time to answer has no figure; 5 s are assumed.
 *
 * @see https://platform.openai.com/docs/guides/webhooks (2026-11)
 */
export const openai: Provider = createStandardWebhooks({
  name: "openai",
  title: "OpenAI",
  answerWithinSeconds: 5,
  retryHours: 72,
});
