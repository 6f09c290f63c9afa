import type { Provider } from "../core/provider.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";

/**
 * Polar: Standard Webhooks with a key of its own kind.
 *
 * - **Secret**: Polar → Settings → Webhooks → the endpoint's secret, which you set or let it make. One made since 8
 *   September 2026 is base64 behind `whsec_`, as Standard Webhooks has it; of an older one the UTF-8 bytes of the whole
 *   text are the key, what stands in front included. Both are tried, as in Polar's SDK.
 * - **Signed**: `<webhook-id>.<webhook-timestamp>.<body>`, `webhook-signature: v1,<base64>`, several separated by
 *   spaces. Other labels do not count. The window is 300 s on both sides.
 * - **Id and type**: `webhook-id`, which is signed and by the specification the same over retries, hence the identity;
 *   `/type` of the body.
 * - **Retry**: the same event: `webhook-id` stays the same; the signature has a new time.
 * - **Patience**: 10 s, and Polar asks for an answer within 2 s; a redirect is a failure. 10 retries, ever further
 *   apart. After 10 failed deliveries in a row the endpoint is switched off.
 *
 * Unverified: how long the 10 retries take; 76 hours are assumed, the example of Standard Webhooks.
 *
 * @see https://docs.polar.sh/integrate/webhooks/delivery (2026-11)
 * @see https://github.com/polarsource/polar/pull/14102 (2026-11)
 */
export const polar: Provider = createStandardWebhooks({
  name: "polar",
  title: "Polar",
  key: ["whsec", "utf8"],
  answerWithinSeconds: 10,
});
