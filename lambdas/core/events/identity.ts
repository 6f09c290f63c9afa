import { toBase64Url } from "../bytes/base64.ts";
import { defined, withFields } from "../bytes/defined.ts";
import { sha256 } from "../bytes/sha256.ts";
import type { VerifiedDelivery } from "../delivery.ts";
import { type Log, report } from "../log.ts";
import type { EventFields, Provider } from "../provider.ts";
import type { WebhookEvent } from "./envelope.ts";
import { fineType } from "./fields.ts";
import { formatParts } from "./key-parts.ts";
import { createUnreadable } from "./unreadable.ts";

const hour = 3_600_000;
/** The version of the grammar of keys. Another one makes retries across a deploy run again. */
export const keyVersion = "v1";

/** The source of the events. */
export type EventsOptions = {
  /** The name of the source. */
  readonly source: string;
  readonly provider: Provider;
  /** The time of the delivery's arrival. */
  readonly received: Date;
  /** Called for each event when it is taken. */
  readonly log?: Log;
};

/**
 * The events of a verified delivery, each with its key, created on iteration. Equal events without an id, as equal items of one
 * delivery, are told apart by their place.
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
 * const options = { source: "github", provider: github, received: now };
 * const [event] = verified.kind === "verified" ? eventsOf(verified, options) : [];
 * equal(event?.id, "demo");
 * ```
 */
export function* eventsOf(
  { delivery, events }: VerifiedDelivery,
  { source, provider, received, log }: EventsOptions,
): Generator<WebhookEvent> {
  const equals = new Map<string, number>();
  const unreadable = createUnreadable(provider);
  for (const fields of events) {
    const hash = toBase64Url(fields.body === undefined ? delivery.hash() : sha256(fields.body));
    const withoutId = provider.identity !== "delivery" && keyId(provider, fields) === undefined;
    const place = withoutId ? (equals.get(hash) ?? 0) + 1 : 1;
    if (withoutId) equals.set(hash, place);
    const contentType = fields.contentType ?? delivery.headers.get("content-type") ?? undefined;
    const { tenant, livemode, unsigned } = fields;
    const type = fineType(fields);
    const coarseType = type === fields.type ? undefined : fields.type;
    const event: WebhookEvent = {
      id: fields.id ?? hash,
      type,
      source,
      key: eventKey(provider, fields, hash, place),
      received,
      bodyCovered: provider.coversBody,
      bodyHash: hash,
      get body() {
        return fields.body ?? delivery.body;
      },
      ...defined({ period: withoutId ? periodOf(received, provider) : undefined }),
      ...defined({ coarseType, tenant, livemode, unsigned, contentType }),
    };
    const at = { step: "verify", source } as const;
    report(log, { level: "debug", ...at, kind: "verified", id: fields.id, type });
    const missing = unreadable(fields, delivery);
    if (missing.length > 0) report(log, { level: "error", ...at, kind: "unreadable", missing: missing.join(" and ") });
    yield event;
  }
}

/**
 * The identity of an event, by the provider's `identity`: its id (signed, one id is one event), id and body (the id is not
 * signed, or nothing is documented), or the body alone. Without a readable id it is the body's hash. `delivery`: every delivery
 * is an event of its own. A signed type is part of the identity, since several kinds may share an id. An unsigned type is not:
 * a replayer could have one event run many times. Where the body is part of the key, it already contains the type. The body
 * joins an id where an unsigned header has the id or type that the body should have.
 */
export function eventKey(provider: Provider, fields: EventFields, bodyHash: string, place = 1): string {
  const { identity } = provider;
  if (identity === "delivery") return `${keyVersion}${formatParts({ delivery: crypto.randomUUID() })}`;
  const id = keyId(provider, fields);
  const isEnough = identity === "id" && id !== undefined && !isToldByEcho(provider, fields);
  const body = isEnough ? undefined : bodyHash;
  const type = body === undefined && isTypeCovered(provider, fields) ? fields.type : undefined;
  return `${keyVersion}${formatParts(defined({ id, body, type, place: place > 1 ? place : undefined }))}`;
}

/** The id in the key: none where the body alone is the identity. */
function keyId({ identity }: Provider, { id }: EventFields): string | undefined {
  return identity === "body" ? undefined : id;
}

/** Whether id or type is an unsigned header's, where the provider's bodies should say it: a replayer could change it. */
function isToldByEcho({ events }: Provider, { unsigned = [] }: EventFields): boolean {
  return typeof events === "object" && unsigned.some((name) => "json" in (events[name] ?? {}));
}

function isTypeCovered({ coversBody }: Provider, { unsigned = [] }: EventFields): boolean {
  return coversBody && !unsigned.includes("type");
}

/**
 * How long an ingress record lives, in milliseconds. Two real events with equal bodies count as one during that time, so an
 * event without an id is remembered no longer than its provider retries, even where the provider usually sends ids.
 */
export function windowMilliseconds(provider: Provider, event: Pick<WebhookEvent, "period">): number {
  if (event.period !== undefined || provider.identity === "delivery") return retryMilliseconds(provider);
  return Math.max(provider.retryHours, 7 * 24) * hour;
}

function retryMilliseconds({ retryHours }: Provider): number {
  return Math.max(retryHours, 1) * hour;
}

/**
 * The provider's window that a time is in, counted since 1970. A key's record is replaced only when its window is over: two
 * events that ingress took for one may be in two periods.
 */
function periodOf(time: Date, provider: Provider): string {
  const window = retryMilliseconds(provider);
  return `${window}-${Math.floor(time.getTime() / window)}`;
}

/**
 * A later delivery's event in the period of the first, which was received at `first`, though a new period may have begun. An
 * event more than a window away stays unchanged, and is another event: a second run is better than none.
 */
export function inPeriodOf(first: Date, event: WebhookEvent, provider: Provider): WebhookEvent {
  const apart = Math.abs(event.received.getTime() - first.getTime());
  if (event.period === undefined || apart > windowMilliseconds(provider, event)) return event;
  return withFields(event, { period: periodOf(first, provider) });
}

/** The SHA-256 of an event's body in base64url, computed only where ingress did not create the event. */
export function bodyHashOf(event: Pick<WebhookEvent, "body" | "bodyHash">): string {
  return event.bodyHash ?? toBase64Url(sha256(event.body));
}

/**
 * The event as one of the period before its own, where a delivery of it may have been claimed already. Undefined for what
 * has no period.
 */
export function inPeriodBefore(event: WebhookEvent, provider: Provider): WebhookEvent | undefined {
  if (event.period === undefined) return undefined;
  const before = new Date(event.received.getTime() - retryMilliseconds(provider));
  return withFields(event, { period: periodOf(before, provider) });
}

/** The key of an event's ingress record. Source names hold no `#`. */
export function ingressKey(event: Pick<WebhookEvent, "source" | "key">): string {
  return `${event.source}#${event.key}`;
}

type Keyed = Pick<WebhookEvent, "source" | "key" | "period">;

/**
 * The key of an event's processing record. The record outlives a window, so the period is part of the key. A copy holds
 * everything that the key is made of, so its delay changes nothing. The processor is first, so that a policy can restrict it.
 */
export function processingKey(processor: string, event: Keyed & Pick<WebhookEvent, "replay">): string {
  return `${plainKey(processor, event)}${formatParts(defined({ replay: event.replay }))}`;
}

/** The processing key of the event itself, whichever replay runs it again. */
export function plainKey(processor: string, event: Keyed): string {
  const name = processor.replaceAll(/[%#]/g, encodeURIComponent);
  return `${name}#${ingressKey(event)}${formatParts(defined({ period: event.period }))}`;
}

/** The idempotency key: the same for every attempt and replay of an event by a processor, to be passed on to other services. */
export function idempotencyKey(processor: string, event: Keyed): string {
  return toBase64Url(sha256(new TextEncoder().encode(plainKey(processor, event))));
}

/**
 * Remembers the wanted events of a delivery, in their order, and returns the earlier one with the same key, or none. An
 * unwanted event is not remembered: two of one key may differ in their finer types, and only one be wanted.
 */
export function createRepeats(): (event: WebhookEvent) => WebhookEvent | undefined {
  const seen = new Map<string, WebhookEvent>();
  return (event) => {
    const key = ingressKey(event);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, event);
    return first;
  };
}
