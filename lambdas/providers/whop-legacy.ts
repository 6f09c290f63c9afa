import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * Whop (legacy), the older webhooks of API v2 and v5.
 *
 * - **Secret**: Dashboard → Developer → Webhooks → the webhook's secret. The whole text is the key.
 * - **Signed**: `<t>.<body>`, `X-Whop-Signature: t=…,v1=…` in hex. Other labels do not count. The window is 300 s on
 *   both sides.
 * - **Id and type**: no id, so the identity is the body and equal bodies within an hour are one event; `/action`. The
 *   tenant is `/company`, `biz_…`; where it is null the event is the app owner's own and has no tenant.
 * - **Patience**: neither a time to answer nor retries are documented; 10 s and an hour are assumed.
 *
 * Unverified: whether several `v1` are ever sent; any of them counts.
 *
 * @see https://dev.whop.com/webhooks (2026-11)
 */
export const whopLegacy: Provider = defineProvider({
  name: "whop-legacy",
  title: "Whop (legacy)",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 1,
  identity: "body",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "x-whop-signature", split: ",", take: "v1=" },
    encoding: "hex",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: { header: "x-whop-signature", split: ",", take: "t=", unit: "seconds", toleranceSeconds: 300 },
  },
  events: { type: { json: "/action" }, tenant: { json: "/company" } },
});
