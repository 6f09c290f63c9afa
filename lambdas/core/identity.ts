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
    const contentType = verified.delivery.headers.get("content-type") ?? undefined;
    const { type, tenant, livemode, unsigned } = fields;
    return {
      id: fields.id ?? hash,
      type,
      source,
      key: eventKey(provider.identity, fields.id, hash),
      received,
      bodyCovered: provider.coversBody,
      body,
      ...defined({ tenant, livemode, unsigned, contentType }),
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
  if (identity === "delivery") return `#${bodyHash}#${crypto.randomUUID()}`;
  if (identity === "body" || id === undefined) return `#${bodyHash}`;
  return identity === "id" ? encodeId(id) : `${encodeId(id)}#${bodyHash}`;
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

/** The key of an event's ingress record. Source names hold no `#`. */
export function ingressKey(event: Pick<WebhookEvent, "source" | "key">): string {
  return `${event.source}#${event.key}`;
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
