import type { WebhookEvent } from "../events/envelope.ts";
import { queuesFor } from "../events/event-routes.ts";
import type { Sources } from "../ingress/find-source.ts";
import { keyedHandlers } from "./handler-keys.ts";
import type { Attempt, Processor } from "./processor.ts";

/**
 * Runs an event while its provider waits. What a function returns is awaited, and then dropped; it has 30 s. Of a
 * {@linkcode Processor} its schema, its further types and its time count.
 */
export type Handler<Payload = unknown> = ((attempt: Attempt<Payload>) => unknown) | Processor<Payload>;

/**
 * Handlers by event type, for all sources, or for one: behind its name (`"github/push"`), or nested (`github: { push }`).
 * A trailing `*` of a type stands for anything. Every one that fits runs; of `"push"` and `"github/push"` the latter
 * alone. An object with `run` is a processor, another one nests, so that a source may be named as a type is.
 *
 * @typeParam Payloads What each type's payload is, by the keys of its handlers: `{ push: PushEvent }`,
 * `{ github: { push: PushEvent } }`.
 *
 * @example
 * ```ts
 * import type { Handlers } from "@hookline/hookline";
 *
 * type Payloads = { readonly github: { readonly push: { readonly ref: string } }; readonly "invoice.*": unknown };
 *
 * export const handlers: Handlers<Payloads> = {
 *   github: { push: ({ payload }) => console.log(payload.ref) },
 *   "invoice.*": ({ event }) => console.log(event.source, event.type),
 * };
 * ```
 */
export type Handlers<Payloads = Record<string, unknown>> = {
  readonly [Key in keyof Payloads]?: Handler<Payloads[Key]> | HandlersOf<Payloads[Key]>;
};

/** Handlers of one source, by event type: neither a function nor a processor. */
type HandlersOf<Payloads> = unknown extends Payloads
  ? { readonly [Type in string]: Saying | Processor }
  : object & { readonly run?: never; readonly [Symbol.hasInstance]?: never } & {
      readonly [Type in keyof Payloads]?: Handler<Payloads[Type]>;
    };

/** A function that may say of itself what its payload is: TypeScript lets a method's parameters do that. */
type Saying = { handle(attempt: Attempt<unknown>): unknown }["handle"];

/** {@linkcode Handlers} whatever their payloads are. */
export type NestedHandlers = Readonly<Record<string, AnyHandler | Readonly<Record<string, AnyHandler>>>>;

/** Them, and what a key's source is told by. */
export type RoutedHandlers = {
  readonly handlers: NestedHandlers;
  readonly onUnhandledEvent?: AnyHandler;
  readonly sources: Sources;
};

export type AnyHandler = ((attempt: Attempt<never>) => unknown) | Processor;

/** An event and a handler that it is for. `name` is that of the event file that would do the same. */
export type Run = { readonly event: WebhookEvent; readonly name: string; readonly processor: Processor };

/** One run for each handler that fits. */
export function runsOf(event: WebhookEvent, options: RoutedHandlers): readonly Run[] {
  const { handlers, onUnhandledEvent, sources } = options;
  const { source } = event;
  const keys = keyedHandlers(handlers, sources);
  const ours = [...keys.filter((key) => key.source === undefined), ...keys.filter((key) => key.source === source)];
  const named = new Map(ours.map(({ type, handler }) => [type, toProcessor(handler)]));
  if (onUnhandledEvent !== undefined) named.set("_other", toProcessor(onUnhandledEvent));
  const routes = Array.from(named, ([type, { options }]) => {
    return { source, types: type === "_other" ? [] : [type, ...(options.types ?? [])], queue: type };
  });
  return queuesFor(routes, source, event.type, event.coarseType).flatMap((type) => {
    const processor = named.get(type);
    return processor === undefined ? [] : [{ event, name: `${source}/${type}`, processor }];
  });
}

function toProcessor(handler: AnyHandler): Processor {
  if (typeof handler !== "function") return handler;
  return {
    options: { impact: "An event is not handled" },
    run: async (attempt) => void (await handler(attempt as Attempt<never>)),
  };
}
