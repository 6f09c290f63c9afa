import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Orb.
 *
 * - **Secret**: Developers → Webhooks → the endpoint → Signing secret. The whole text is the key.
 * - **Signed**: `v1:<X-Orb-Timestamp>:<body>`, `X-Orb-Signature: v1=` + hex, several separated by spaces. Other labels
 *   do not count. The time is ISO 8601 without a zone, which means UTC; the window is 300 s on both sides, as in Orb's
 *   library.
 * - **Id and type**: `/id` and `/type` of the signed body. The id is documented as the one to process once, hence the
 *   identity.
 * - **Retry**: the same event: `/id` stays the same; the signature has a new time.
 * - **Patience**: no figures were found; 10 s and 72 hours are assumed.
 *
 * @see https://docs.withorb.com/integrations-and-exports/webhooks (2026-11)
 * @see https://github.com/orbcorp/orb-node/blob/main/src/resources/webhooks.ts (2026-11)
 */
export const orb: Provider = defineProvider({
  name: "orb",
  title: "Orb",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 72,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-orb-signature", split: " ", take: "v1=" },
    encoding: "hex",
    signed: [{ text: "v1:" }, "timestamp", { text: ":" }, "body"],
    timestamp: { header: "x-orb-timestamp", unit: "iso", toleranceSeconds: 300 },
  },
  events: { id: { json: "/id" }, type: { json: "/type" } },
});
