import { eventsAt } from "../core/events/batched-events.ts";
import { defineProvider, type Provider } from "../core/provider.ts";

/**
 * GoCardless.
 *
 * - **Secret**: Dashboard → Developers → Webhook endpoints → the endpoint → Secret. The whole text is the key.
 * - **Signed**: the body alone, `Webhook-Signature` in hex. No time is signed, so a captured body can be sent again.
 * - **Id and type**: `id` (`EV…`) of each event; one id is one event, hence the identity. The type is `resource_type`
 *   and `action` (`payments.confirmed`, `mandates.failed`). The tenant is the
 *   organisation that an event of a partner app is about.
 * - **Retry**: the same event: `id` stays the same in every delivery of the event.
 * - **Patience**: 10 s, without redirects. Up to 8 retries at growing pauses, for how long was not found; 24 hours are
 *   assumed. For a wrong signature GoCardless asks for 498; 401, as it is answered, counts as a failure too.
 * - **Batches**: each item of `/events` is one event with its own bytes. `/meta/webhook_id` names the delivery alone.
 *
 * @see https://developer.gocardless.com/getting-started/partners/staying-up-to-date-with-webhooks/ (2026-11)
 * @see https://support.gocardless.com/hc/en-nz/articles/360000989989-Webhook-retries-failures (2026-11)
 */
export const gocardless: Provider = defineProvider({
  name: "gocardless",
  title: "GoCardless",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "id",
  verification: {
    algorithm: "hmac-sha256",
    key: "utf8",
    signature: { header: "webhook-signature" },
    encoding: "hex",
    signed: ["body"],
  },
  events: eventsAt("/events", { id: "/id", type: "/resource_type", subtype: "/action", tenant: "/links/organisation" }),
});
