import type { Answer } from "./delivery.ts";

/** A delivery that is not taken, and why. `message` is for the sender; it holds no secret and no expected value. */
export type Refusal = {
  readonly kind: "refused";
  readonly reason:
    | "request-malformed"
    | "source-unknown"
    | "method-not-allowed"
    | "body-too-large"
    | "signature-missing"
    | "signature-malformed"
    | "signature-wrong"
    | "timestamp-malformed"
    | "timestamp-outside-window"
    | "header-contradicts"
    | "address-not-allowed";
  readonly message: string;
};

/** A fault of ours, or work that has not ended: the provider should retry. */
export type Unavailable = {
  readonly kind: "unavailable";
  readonly reason:
    | "secret-unset"
    | "secret-malformed"
    | "url-unset"
    | "body-parsed"
    | "key-fetch"
    | "time-up"
    | "queue"
    | "processing"
    | "handler"
    | "internal";
  readonly cause?: unknown;
  /** Defaults to 30. */
  readonly retryAfterSeconds?: number;
};

/** The outcome of one event of a delivery. `dead`: its inline handler threw a `PermanentError`. */
export type EventOutcome = {
  readonly id: string;
  readonly type: string | undefined;
  readonly kind: "accepted" | "duplicate" | "ignored" | "dead";
};

/** A delivery whose events are all through. */
export type Through = { readonly kind: EventOutcome["kind"]; readonly events: readonly EventOutcome[] };

/** What the receiver decided about a delivery: a closed list, and {@linkcode answer} has a row for each. */
export type Outcome = Through | { readonly kind: "answered"; readonly answer: Answer } | Refusal | Unavailable;

/**
 * The one table from outcome to HTTP status. Never 4xx for a fault of ours (providers give up on it) and never 410
 * (some take it as "stop for ever").
 */
const status: Readonly<Record<EventOutcome["kind"] | Refusal["reason"] | Unavailable["reason"], number>> = {
  accepted: 200,
  duplicate: 200,
  ignored: 200,
  // After an error the provider would retry without a chance, and some switch off an endpoint that answers errors.
  dead: 200,
  "request-malformed": 400,
  "source-unknown": 404,
  "method-not-allowed": 405,
  "body-too-large": 413,
  "signature-missing": 401,
  "signature-malformed": 401,
  "signature-wrong": 401,
  "timestamp-malformed": 401,
  "timestamp-outside-window": 401,
  "header-contradicts": 401,
  "address-not-allowed": 403,
  "secret-unset": 503,
  "secret-malformed": 503,
  "url-unset": 503,
  "body-parsed": 503,
  "key-fetch": 503,
  "time-up": 503,
  queue: 503,
  processing: 503,
  // The one exception to 503, since providers show it: what failed is the user's own code.
  handler: 500,
  internal: 503,
};

/** A refusal; `what` is for the sender, and must hold no secret and no expected value. */
export function refused(reason: Refusal["reason"], what: string, doing = "verify delivery"): Refusal {
  return { kind: "refused", reason, message: `Cannot ${doing}: ${what}` };
}

/** The kind that tells the most: of what became of a delivery's events, or of an event's runs. */
export function foremost(kinds: readonly EventOutcome["kind"][]): EventOutcome["kind"] {
  return (["dead", "accepted", "duplicate"] as const).find((kind) => kinds.includes(kind)) ?? "ignored";
}

/** The outcome of a delivery whose events are all through. */
export function summary(events: readonly EventOutcome[]): Through {
  return { kind: foremost(events.map(({ kind }) => kind)), events };
}

const defaultRetryAfterSeconds = 30;
/** Of more events the answer says their number: Lambda hands on 6 MB of it at most. */
const mostIds = 1000;

const unavailableMessage: Readonly<Record<Unavailable["reason"], string>> = {
  "secret-unset": "Cannot verify delivery: no secret is set for this source",
  "secret-malformed": "Cannot verify delivery: the configured secret is not in the format that this provider issues",
  "url-unset": "Cannot verify delivery: the URL that is registered with its provider is not configured",
  "body-parsed":
    "Cannot take delivery: its body was parsed before Hookline could read its bytes: put the receiver before express.json() or what else reads bodies",
  "key-fetch": "Cannot verify delivery: its key could not be fetched",
  "time-up": "Cannot take delivery: its time was up before all of it was read, verified and enqueued",
  queue: "Cannot enqueue event: the queue did not acknowledge it",
  processing: "Cannot process event: a run of its handler has not ended",
  handler: "Cannot process event: its handler failed",
  internal: "Cannot take delivery: something failed on our side",
};

/**
 * The HTTP answer to an outcome: short JSON, or what the provider wants to read on success.
 *
 * @example
 * ```ts
 * import { answer } from "@hookline/hookline";
 * import { equal } from "node:assert/strict";
 *
 * const outcome = { kind: "accepted", events: [{ id: "evt_1", type: "push", kind: "accepted" }] } as const;
 * equal(answer(outcome).body, '{"received":true,"outcome":"accepted","id":"evt_1"}');
 * ```
 */
export function answer(outcome: Outcome, success?: Answer): Answer {
  switch (outcome.kind) {
    case "answered":
      return outcome.answer;
    case "refused":
      return jsonAnswer(status[outcome.reason], { error: outcome.reason, message: outcome.message });
    case "unavailable":
      return jsonAnswer(
        status[outcome.reason],
        { error: outcome.reason, message: unavailableMessage[outcome.reason] },
        { "retry-after": String(outcome.retryAfterSeconds ?? defaultRetryAfterSeconds) },
      );
    default: {
      if (success !== undefined) return success;
      const { events, kind } = outcome;
      const received = { received: true, outcome: kind };
      if (events.length > mostIds) return jsonAnswer(status[kind], { ...received, events: events.length });
      const ids = events.map((event) => event.id);
      return jsonAnswer(status[kind], ids.length === 1 ? { ...received, id: ids[0] } : { ...received, ids });
    }
  }
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** 200 with a text, as handshakes want a challenge back. */
export function textAnswer(body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { "content-type": "text/plain", ...headers }, body };
}
