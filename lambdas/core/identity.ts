import { toBase64Url } from "./base64.ts";
import type { WebhookEvent } from "./envelope.ts";
import { defined } from "./fields.ts";
import type { Provider } from "./provider.ts";
import { sha256 } from "./signature.ts";
import type { VerifiedDelivery } from "./verify.ts";

const hour = 3_600_000;

/**
 * The events of a verified delivery, each with its key.
 *
 * @example
 * ```ts
 * import { eventsOf, sign, verify } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const headers = new Headers({ "x-github-event": "push", "x-github-delivery": "demo" });
 * const unsigned = { method: "POST", url: "/github", headers, body: new TextEncoder().encode("{}") };
 * const now = new Date();
 * const delivery = await sign(unsigned, { provider: github, secret: "secret", now });
 * const verified = await verify(delivery, { provider: github, secrets: ["secret"], now });
 * equal(verified.kind === "verified" && eventsOf(verified, "github", github, now)[0]?.id, "demo");
 * ```
 */
export function eventsOf(
  verified: VerifiedDelivery,
  source: string,
  provider: Provider,
  received: Date,
): readonly WebhookEvent[] {
  return verified.events.map((fields) => {
    const body = fields.body ?? verified.delivery.body;
    const hash = toBase64Url(sha256(body));
    const key = eventKey(provider.identity, fields.id, hash);
    const period = key === keyOfBody(hash) ? periodOf(received, provider) : undefined;
    const contentType = fields.contentType ?? verified.delivery.headers.get("content-type") ?? undefined;
    const { type, tenant, livemode, unsigned } = fields;
    return {
      id: fields.id ?? hash,
      type,
      source,
      key,
      received,
      bodyCovered: provider.coversBody,
      body,
      ...defined({ period, tenant, livemode, unsigned, contentType }),
    };
  });
}

/**
 * What makes two deliveries one event, by the provider's `identity`: its id (signed, one id = one event), id and body
 * (the id is not signed, or nothing is documented), or the body alone. Without a readable id it is the body's hash.
 * Nothing at all does where every delivery is an event of its own.
 * Parts are encoded so that none can hold the separator `#`; a long id is hashed (a DynamoDB key holds 2 048 bytes).
 */
export function eventKey(identity: Provider["identity"], id: string | undefined, bodyHash: string): string {
  if (identity === "delivery") return `${keyOfBody(bodyHash)}#${crypto.randomUUID()}`;
  if (identity === "body" || id === undefined) return keyOfBody(bodyHash);
  return identity === "id" ? encodeId(id) : `${encodeId(id)}#${bodyHash}`;
}

function keyOfBody(hash: string): string {
  return `#${hash}`;
}

function encodeId(id: string): string {
  const bytes = new TextEncoder().encode(id);
  if (bytes.length <= 256 && id.isWellFormed()) return encodeURIComponent(id);
  // "=" stands in no encoded id; JSON keeps lone surrogates apart, which UTF-8 does not.
  return `=${toBase64Url(sha256(new TextEncoder().encode(JSON.stringify(id))))}`;
}

/** How long an ingress record of the provider lives, in milliseconds. */
export function windowMilliseconds(provider: Provider): number {
  // Equal bodies of two real events count as one while the window lasts: keep it to what retries need.
  if (provider.identity === "body" || provider.identity === "delivery") return Math.max(provider.retryHours, 1) * hour;
  return Math.max(provider.retryHours, 7 * 24) * hour;
}

/**
 * Which of the provider's windows a time lies in, one after another since 1970. A key's record is made anew only when its
 * window is over: two events for which ingress made one are in two periods.
 */
function periodOf(time: Date, provider: Provider): string {
  const window = windowMilliseconds(provider);
  return `${window}-${Math.floor(time.getTime() / window)}`;
}

/**
 * A later delivery's event in the period of the first, `first` being when that was received, though a new one may have
 * begun. Further away than a window it stays as it is, and is another event: rather a second run than none.
 */
export function inPeriodOf(first: Date, event: WebhookEvent, provider: Provider): WebhookEvent {
  const apart = Math.abs(event.received.getTime() - first.getTime());
  if (event.period === undefined || apart > windowMilliseconds(provider)) return event;
  return { ...event, period: periodOf(first, provider) };
}

/** The key of an event's ingress record. Source names hold no `#`. */
export function ingressKey(event: Pick<WebhookEvent, "source" | "key">): string {
  return `${event.source}#${event.key}`;
}

/**
 * The key of an event's processing record. That is kept for longer than a window lasts, so that the period belongs to
 * it. All of this is what a copy bears: how late it comes changes nothing.
 */
export function processingKey(processor: string, event: Pick<WebhookEvent, "source" | "key" | "period">): string {
  const key = `${processor}#${ingressKey(event)}`;
  return event.period === undefined ? key : `${key}#${event.period}`;
}

/** Which events of a delivery stand in it before. */
export function repeatsOf(events: readonly WebhookEvent[]): readonly boolean[] {
  const seen = new Set<string>();
  return events.map((event) => {
    const key = ingressKey(event);
    const repeated = seen.has(key);
    seen.add(key);
    return repeated;
  });
}
