import { defined, withFields } from "./bytes/defined.ts";
import { errorText } from "./bytes/error-text.ts";
import { type Checking, checkOptions, type TableOf, wrong } from "./checks/options.ts";
import type { Answer, Delivery } from "./delivery.ts";
import type { WebhookEvent } from "./events/envelope.ts";
import { eventsOf } from "./events/identity.ts";
import { type ParsedBody, parsedBody } from "./events/read-delivery.ts";
import { sentHeaders } from "./events/sent-headers.ts";
import { isObject, isRecord } from "./events/strict-json.ts";
import { type From, takeDelivery, takeRequest } from "./ingress/take-request.ts";
import { report } from "./log.ts";
import { type OneSource, oneSourceTable, toSources } from "./one-source.ts";
import type { Refusal, Unavailable } from "./outcome.ts";
import { payloadOf } from "./processing/payload.ts";
import { verifyAdmitted } from "./verify/verify-delivery.ts";

/** A delivery without a `Request`: the bytes as they were sent, and the headers. */
export type SentDelivery = {
  /** The bytes. Give a text only where no code has parsed or changed it. */
  readonly body: Uint8Array<ArrayBuffer> | string;
  /** `Headers`, or an object as `node:http` has it. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Defaults to `POST`. */
  readonly method?: string;
  /** The URL that was posted to, with its query. Only a few providers sign or send something in it. */
  readonly url?: string;
  /** The sender's IP address, for `allows`. */
  readonly address?: string;
};

/**
 * A rightly signed event. `payload` is the JSON of its body, and undefined for a form, XML or a text. Reading it throws
 * `PermanentError` where the body should be JSON and is not. Without a type, `type` is `untyped`.
 */
export type TypedEvent<Payloads = Record<string, unknown>> = {
  [Type in keyof Payloads & string]: {
    readonly type: Type;
    readonly payload: Payloads[Type];
    readonly event: WebhookEvent;
  };
}[keyof Payloads & string];

/**
 * The result for a delivery. Most deliveries hold one event: `event`, `type` and `payload` are the first one's, `events` are
 * all. `answered`: a handshake, or a delivery without an event; send `answer` back.
 */
export type Verification<Payloads = Record<string, unknown>> =
  | (TypedEvent<Payloads> & { readonly kind: "verified"; readonly events: readonly TypedEvent<Payloads>[] })
  | { readonly kind: "answered"; readonly answer: Answer }
  | Refusal
  | Unavailable;

/** A verifier: made once for a source, and called for each delivery. */
export type Verifier<Payloads = Record<string, unknown>> = (
  sent: Request | SentDelivery,
  from?: From | object,
) => Promise<Verification<Payloads>>;

/** One source. A verifier also gives test events: `event.livemode` tells them apart. */
export type VerifierOptions = Omit<OneSource, "liveOnly">;

const { liveOnly: _, ...ofVerifier } = oneSourceTable;

/** The options of a verifier. */
export const verifierTable: TableOf<VerifierOptions> = ofVerifier;

const checking: Checking = { doing: "create verifier" };

/**
 * Verifies, and does nothing else: no event is claimed, so a repeat is verified again. `answer(result)` makes the HTTP response
 * for every result but a verified one.
 *
 * @typeParam Payloads What each type's payload is: `{ push: PushEvent }`. `type` tells them apart.
 *
 * @throws {TypeError} At construction, for an option that is missing, misspelt or of another kind.
 * @throws {RangeError} At construction, for a number out of its range.
 *
 * @example
 * ```ts
 * import { createVerifier } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const verify = createVerifier<{ push: { readonly ref: string } }>({ provider: github, secret: "a secret of 20 bytes" });
 * const result = await verify(new Request("https://hooks.example/", { method: "POST", body: "{}" }));
 * if (result.kind === "verified") console.log(result.payload.ref);
 * equal(result.kind === "refused" && result.reason, "signature-missing");
 * ```
 */
export function createVerifier<Payloads = Record<string, unknown>>(options: VerifierOptions): Verifier<Payloads> {
  if (!isRecord(options)) throw wrong("its options", "a plain object", options, checking);
  checkOptions(verifierTable, options, checking);
  const { now = () => new Date(), log } = options;
  const admission = { sources: toSources(options), anyPath: true, ...defined({ log }) } as const;
  return async (sent, from = {}) => {
    try {
      // With `in`, the error would quote a text, which may be a body.
      const given: unknown = sent;
      if (!isObject(given)) throw new TypeError("Cannot verify delivery: give a Request, or { body, headers }");
      const taken =
        "bodyUsed" in sent ? await takeRequest(sent, from, admission) : takeDelivery(toDelivery(sent), admission);
      if (taken.kind !== "taken") return taken;
      const { delivery, admitted, deadline } = taken;
      const verified = await verifyAdmitted(delivery, admitted, { now, log, deadline });
      if (verified.kind !== "verified") return verified;
      const {
        name: source,
        source: { provider },
      } = admitted;
      const events = eventsOf(verified, { source, provider, received: now(), ...defined({ log }) });
      const parsed = parsedBody(verified.delivery);
      const [first, ...others] = Array.from(events, (event) => toTyped<Payloads>(event, parsed));
      if (first === undefined) return { kind: "answered", answer: provider.answer ?? { status: 200 } };
      const result = withFields<object, object>(first, { kind: "verified", events: [first, ...others] });
      return result as Verification<Payloads>;
    } catch (cause) {
      report(log, { level: "error", step: "verify", kind: "unavailable", error: errorText(cause) });
      return { kind: "unavailable", reason: "internal", cause };
    }
  };
}

/** Undefined for a value that a parser made, since its bytes are gone. */
function toDelivery({ body, headers, method = "POST", url = "", ...others }: SentDelivery): Delivery | undefined {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  if (!(bytes instanceof Uint8Array)) return undefined;
  if (!isObject(headers)) throw new TypeError("Cannot verify delivery: headers must be Headers, or an object of texts");
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers).flatMap(pairsOf);
  // A copy: the payload is read later, and the caller may change its bytes.
  return { ...others, method, url, ...sentHeaders(pairs as Iterable<[string, string]>), body: bytes.slice() };
}

function pairsOf([name, value]: [string, string | readonly string[] | undefined]): (readonly [string, string])[] {
  return [value ?? []].flat().map((one) => [name, one] as const);
}

/** The payload is read on access: only then do bytes that are not JSON throw. */
function toTyped<Payloads>(event: WebhookEvent, parsed: ParsedBody): TypedEvent<Payloads> {
  let read: { readonly payload: unknown } | undefined;
  const typed = {
    type: event.type ?? "untyped",
    event,
    get payload() {
      read ??= { payload: payloadOf(event, parsed) };
      return read.payload;
    },
  };
  // The caller promises which payload belongs to which type. No code here checks it.
  return typed as TypedEvent<Payloads>;
}
