import { at } from "../core/events/json-pointer.ts";
import { jsonAnswer } from "../core/outcome.ts";
import { defineProvider, type Provider, type Scheme } from "../core/provider.ts";
import { signatureText } from "../core/verify/signature.ts";
import { verify } from "../core/verify/verify.ts";

const scheme: Scheme = {
  algorithm: "hmac-sha256",
  key: "utf8",
  signature: { header: "x-zm-signature", take: "v0=" },
  encoding: "hex",
  signed: [{ text: "v0:" }, "timestamp", { text: ":" }, "body"],
  timestamp: { header: "x-zm-request-timestamp", unit: "seconds", toleranceSeconds: 7200 },
};

/**
 * Zoom.
 *
 * - **Secret**: Zoom App Marketplace → Manage → the app → Features → Access → Secret Token. The whole text is the key.
 * - **Signed**: HMAC-SHA256 of `v0:<x-zm-request-timestamp>:<body>`, in hex in `x-zm-signature: v0=…`. The window is 2
 *   hours on both sides: Zoom's own libraries check no time at all, and its last retry comes after 85 minutes. A
 *   repeat inside the window is the same body, hence no second event. The older verification token is ignored.
 * - **Id and type**: no id, so the identity is the body, which has the time of its event (`event_ts`), and equal
 *   bodies within 2 hours are one event; `/event` of the body (`meeting.started`). The tenant is
 *   `/payload/account_id`.
 * - **Retry**: the same event: its bytes stay the same, and hold `event_ts`.
 * - **Patience**: 3 s, and a 200 or 204; 3 retries: after 5 minutes, then 20, then 60.
 * - **Handshake**: `endpoint.url_validation`, signed: the token it brings is answered with its HMAC in hex, by the
 *   secret that signed the request. Zoom asks again every 72 hours.
 *
 * Unverified: whether a retry is signed anew.
 *
 * @see https://developers.zoom.us/docs/api/webhooks/ (2026-11)
 * @see https://devsupport.zoom.us/hc/en-us/articles/360059893812-Webhook-delays (2026-11)
 */
export const zoom: Provider = defineProvider({
  name: "zoom",
  title: "Zoom",
  coversBody: true,
  answerWithinSeconds: 3,
  retryHours: 2,
  identity: "body",
  verification: scheme,
  events: { type: { json: "/event" }, tenant: { json: "/payload/account_id" } },
  handshake: {
    method: "POST",
    signed: true,
    async answer(delivery, { secrets, now }) {
      const { json } = delivery.read();
      const plainToken = at(json, "/payload/plainToken");
      if (at(json, "/event") !== "endpoint.url_validation" || typeof plainToken !== "string") return undefined;
      const verified = await verify(delivery, { provider: zoom, secrets, now });
      const secret = verified.kind === "verified" ? secrets[verified.secretIndex] : undefined;
      if (secret === undefined) return undefined;
      const encryptedToken = signatureText(secret, scheme, [new TextEncoder().encode(plainToken)]);
      return jsonAnswer(200, { plainToken, encryptedToken });
    },
  },
});
