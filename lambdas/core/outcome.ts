import type { Answer } from "./delivery.ts";

/** A delivery that is not accepted, with the reason. `message` is for the sender; it holds no secret and no expected value. */
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

/** A fault of ours, or unfinished work: the provider should retry. */
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

/** A delivery whose events are all done. */
export type Through = { readonly kind: EventOutcome["kind"]; readonly events: readonly EventOutcome[] };

/** The receiver's decision about a delivery: a closed union, with a row in {@linkcode answer} for each. */
export type Outcome = Through | { readonly kind: "answered"; readonly answer: Answer } | Refusal | Unavailable;

/**
 * The one table from outcome to HTTP status. Never 4xx for a fault of ours (providers give up on it) and never 410
 * (some take it as "stop for ever").
 */
const status: Readonly<Record<EventOutcome["kind"] | Refusal["reason"] | Unavailable["reason"], number>> = {
  accepted: 200,
  duplicate: 200,
  ignored: 200,
  // A retry would fail in the same way, and some providers switch off an endpoint that answers errors.
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
  // The one exception to 503: the user's own code failed, and providers show the status.
  handler: 500,
  internal: 503,
};

/** A refusal. `what` is for the sender, and must hold no secret and no expected value. */
export function refused(reason: Refusal["reason"], what: string, doing = "verify delivery"): Refusal {
  return { kind: "refused", reason, message: `Cannot ${doing}: ${what}` };
}

/** The most telling kind among the events of a delivery, or the runs of an event. */
export function foremost(kinds: readonly EventOutcome["kind"][]): EventOutcome["kind"] {
  return (["dead", "accepted", "duplicate"] as const).find((kind) => kinds.includes(kind)) ?? "ignored";
}

/** The outcome of a delivery whose events are all done. */
export function summary(events: readonly EventOutcome[]): Through {
  return { kind: foremost(events.map(({ kind }) => kind)), events };
}

const defaultRetryAfterSeconds = 30;
/** With many events the answer has their number, since Lambda returns at most 6 MB. */
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
 * The HTTP answer to an outcome: short JSON, or the answer that the provider demands on success.
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

/** 200 with a text, as a challenge is answered. */
export function textAnswer(body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { "content-type": "text/plain", ...headers }, body };
}
