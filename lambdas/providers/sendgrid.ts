import { eventsAt } from "../core/events/batched-events.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * SendGrid: the signed event webhook.
 *
 * - **Secret**: Settings → Mail Settings → Event Webhooks → your webhook → Security features → Enable Signed Event
 *   Webhook: the verification key, a public key in base64 (`MFkw…`). It is no secret, but only it may be set.
 * - **Signed**: `<timestamp><body>` with ECDSA on P-256 and SHA-256, in base64 of DER in
 *   `X-Twilio-Email-Event-Webhook-Signature`; the time, in seconds, in `X-Twilio-Email-Event-Webhook-Timestamp`.
 *   SendGrid's libraries check no age; the window here is 300 s on both sides.
 * - **Id and type**: `sg_event_id` and `event` of each item; its `type` may be an argument of your own, and is
 *   ignored. The id is signed and documented as the one to find repeats by, hence the identity.
 * - **Retry**: the same event: `sg_event_id` stays the same in every delivery of the event.
 * - **Patience**: 10 s. It retries with growing pauses for 24 hours after the event.
 * - **Batches**: the body is an array; each of its items is one event with its own bytes.
 *
 * Unverified: that each retry is signed anew, at its own time. If retries came with their first time, those after 300
 * s would be refused; nothing says that they do.
 *
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features (2026-11)
 * @see https://docs.sendgrid.com/for-developers/tracking-events/troubleshooting (2026-11)
 */
export const sendgrid: Provider = defineProvider({
  name: "sendgrid",
  title: "SendGrid",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "id",
  verification: {
    algorithm: "ecdsa-p256-sha256",
    key: "spki-base64",
    signature: { header: "x-twilio-email-event-webhook-signature" },
    encoding: "base64",
    signed: ["timestamp", "body"],
    timestamp: { header: "x-twilio-email-event-webhook-timestamp", unit: "seconds", toleranceSeconds: 300 },
  },
  events: eventsAt("", { id: "/sg_event_id", type: "/event" }),
});
