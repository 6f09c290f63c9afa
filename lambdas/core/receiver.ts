import { defined } from "./bytes/defined.ts";
import { errorText } from "./bytes/error-text.ts";
import { eventsOf } from "./events/identity.ts";
import { parsedBody } from "./events/read-delivery.ts";
import { claimAll, enqueueAll, markAll } from "./ingress/accept.ts";
import { type From, type TakenDelivery, takeDelivery, takeRequest } from "./ingress/take-request.ts";
import { report } from "./log.ts";
import { type OneSourceReceiverOptions, type ResolvedReceiver, resolveReceiver } from "./one-source.ts";
import { answer, type Outcome } from "./outcome.ts";
import { checkHandlers } from "./processing/handler-keys.ts";
import type { RoutedHandlers } from "./processing/handlers.ts";
import { runInline } from "./processing/inline.ts";
import type { Answer, Delivery } from "./provider.ts";
import type { InlineReceiverOptions, ReceiverOptions } from "./receiver-options.ts";
import { verifyAdmitted } from "./verify/verify-delivery.ts";

/**
 * The path of a delivery in one call: verify → dedupe → enqueue → mark, or verify → run. Its result is a value: no fault of a
 * sender, a store, a queue or a handler makes it throw. `accepted` and `duplicate` mean that every queue that wanted the event
 * acknowledged a copy, or that every matching handler has ended.
 *
 * @example
 * ```ts
 * import { type DedupeStore, type EventQueue, receive, sign } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * // A store that forgets: to it every delivery is new.
 * const dedupe: DedupeStore = {
 *   claim: async () => ({ won: true }),
 *   read: async () => undefined,
 *   mark: async () => {},
 *   reopen: async () => {},
 * };
 * const queue: EventQueue = { wants: () => ["all"], send: async (_, events) => events.map(() => ({ sent: true })) };
 * const sources = { github: { provider: github, secrets: async () => ["secret"] } };
 *
 * const unsigned = { method: "POST", url: "/github", headers: new Headers(), body: new TextEncoder().encode("{}") };
 * const delivery = await sign(unsigned, { provider: github, secret: "secret", now: new Date() });
 * equal((await receive(delivery, { sources, dedupe, queue })).kind, "accepted");
 * ```
 */
export async function receive<Payloads = Record<string, unknown>>(
  delivery: Delivery,
  options: ReceiverOptions | InlineReceiverOptions<Payloads>,
): Promise<Outcome> {
  const taken = takeDelivery(delivery, options);
  return taken.kind === "taken" ? await receiveTaken(taken, options) : taken;
}

async function receiveTaken<Payloads>(
  { delivery, admitted, deadline }: TakenDelivery,
  options: ReceiverOptions | InlineReceiverOptions<Payloads>,
): Promise<Outcome> {
  const { now = () => new Date(), log } = options;
  const { provider, liveOnly = false } = admitted.source;
  const verified = await verifyAdmitted(delivery, admitted, { now, log, deadline });
  if (verified.kind !== "verified") return verified;

  const events = eventsOf(verified, { source: admitted.name, provider, received: now(), ...defined({ log }) });
  if (options.queue === undefined) {
    // The caller promises which payload belongs to which type. No code here checks it.
    const handlers = options.handlers as RoutedHandlers["handlers"];
    const parsed = parsedBody(verified.delivery);
    return await runInline(
      { events, parsed, provider, liveOnly, deadline },
      { ...options, handlers, now, ...defined({ log }) },
    );
  }
  const { dedupe, queue } = options;
  const claims = claimAll(events, { dedupe, queue, provider, liveOnly, now, log, deadline });
  return await markAll(enqueueAll(claims, { queue, log, deadline }), { dedupe, log, deadline });
}

/**
 * A function from Request to Response around {@linkcode receive}, for any host with these types. `from` gives the sender's IP
 * address: a source that allows only some addresses refuses every delivery without it. A body is read up to its source's limit,
 * and not at all without a source.
 *
 * @throws {RangeError} At construction, for a number out of its range.
 * @throws {TypeError} At construction, for an option that is missing, misspelt or of another kind, with what is expected; when
 * what it is given makes neither a receiver with queues (`dedupe`, `queue`) nor one with handlers (`handlers`,
 * `processing`), or a bit of both; when a handler is none, or the source in its key is misspelt.
 *
 * @example One source, at any path
 * ```ts
 * import { createReceiver } from "@hookline/hookline";
 * import { whatalo } from "@hookline/hookline/providers";
 *
 * type Payloads = { "order.created": { readonly data: { readonly id: string } } };
 * export const POST = createReceiver<Payloads>({
 *   provider: whatalo,
 *   secret: "a secret of 20 bytes", // or: () => process.env.WHATALO_SECRET
 *   handlers: { "order.created": ({ payload }) => console.log(payload.data.id) },
 * });
 * ```
 *
 * @example With queues
 * ```ts
 * import { createReceiver, type DedupeStore, type EventQueue } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const dedupe: DedupeStore = {
 *   claim: async () => ({ won: true }),
 *   read: async () => undefined,
 *   mark: async () => {},
 *   reopen: async () => {},
 * };
 * const queue: EventQueue = { wants: () => ["all"], send: async (_, events) => events.map(() => ({ sent: true })) };
 * const sources = { github: { provider: github, secrets: async () => ["secret"] } };
 * const receive = createReceiver({ sources, dedupe, queue }); // Deno.serve(receive); export const POST = receive;
 *
 * const request = new Request("https://hooks.example/github", { method: "POST", body: "{}" });
 * equal((await receive(request)).status, 401);
 * ```
 *
 * @example With handlers
 * ```ts
 * import { DatabaseSync } from "node:sqlite";
 * import { createReceiver } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { createSqliteStores } from "@hookline/hookline/stores/sqlite";
 *
 * const { processing } = createSqliteStores(new DatabaseSync(":memory:"));
 * export const receiver = createReceiver<{ push: { readonly ref: string } }>({
 *   sources: { github: { provider: github, secrets: async () => ["a secret of 20 bytes"] } },
 *   handlers: { push: async ({ payload, idempotencyKey }) => console.log(payload.ref, idempotencyKey) },
 *   onUnhandledEvent: ({ event }) => console.log(event.type),
 *   processing,
 * });
 * ```
 */
export function createReceiver<Payloads = Record<string, unknown>>(
  given: ReceiverOptions | InlineReceiverOptions<Payloads> | OneSourceReceiverOptions<Payloads>,
): (request: Request, from?: From | object) => Promise<Response> {
  const options = resolveReceiver(given);
  checkHandlers(options);
  return async (request, from = {}) => {
    const { status, headers = {}, body = null } = await answerTo(request, from, options);
    return new Response(body, { status, headers });
  };
}

async function answerTo<Payloads>(
  request: Request,
  from: From | object,
  options: ResolvedReceiver<Payloads>,
): Promise<Answer> {
  try {
    const taken = await takeRequest(request, from, options);
    if (taken.kind !== "taken") return answer(taken);
    return answer(await receiveTaken(taken, options), taken.admitted.source.provider.answer);
  } catch (cause) {
    report(options.log, { level: "error", step: "verify", kind: "unavailable", error: errorText(cause) });
    return answer({ kind: "unavailable", reason: "internal", cause });
  }
}
