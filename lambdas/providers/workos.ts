import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * WorkOS.
 *
 * - **Secret**: Dashboard → Developer → Webhooks → the endpoint → Signing secret. The whole text is the key.
 * - **Signed**: `<t>.<body>`, `WorkOS-Signature: t=…, v1=…` in hex, the time in milliseconds. The window is 180 s on
 *   both sides; WorkOS's library checks the past only.
 * - **Id and type**: `/id` (`event_…`) and `/event` of the signed body. One id is one event, hence the identity.
 * - **Retry**: the same event: `/id` stays the same; the signature has a new time.
 * - **Patience**: "as quickly as possible"; 10 s is assumed. It retries with growing pauses for up to 3 days, outside
 *   production for a few minutes.
 *
 * Unverified: that a retry is signed anew, at its own time.
 *
 * @see https://github.com/workos/workos-node (2026-11)
 * @see https://workos.com/docs/webhooks (2026-11)
 */
export const workos: Provider = defineProvider({
  name: "workos",
  title: "WorkOS",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 72,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "workos-signature", split: ",", take: "v1=" },
    encoding: "hex",
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: { header: "workos-signature", split: ",", take: "t=", unit: "milliseconds", toleranceSeconds: 180 },
  },
  events: { id: { json: "/id" }, type: { json: "/event" } },
});
