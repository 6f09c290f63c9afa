import type { Sources } from "../source.ts";
import type { Attempt, Processor } from "./processor.ts";

/**
 * Runs on an event while its provider waits. Its result is awaited and dropped; it has 30 s. A {@linkcode Processor} has its
 * own schema, types and time.
 */
export type Handler<Payload = unknown> = ((attempt: Attempt<Payload>) => unknown) | Processor<Payload>;

/**
 * Handlers by event type, for all sources, or for one: after its name (`"github/push"`), or nested (`github: { push }`). A
 * trailing `*` of a type matches any rest. Every matching handler runs; of `"push"` and `"github/push"` only the latter. An
 * object with `run` is a processor, and any other object nests, so that a source and a type may share a name.
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

/** A function that may declare its payload type: TypeScript permits that for a method's parameters. */
type Saying = { handle(attempt: Attempt<unknown>): unknown }["handle"];

/** {@linkcode Handlers} of any payloads. */
export type NestedHandlers = Readonly<Record<string, AnyHandler | Readonly<Record<string, AnyHandler>>>>;

/** The handlers, and the names by which a key's source is found. */
export type RoutedHandlers = {
  readonly handlers: NestedHandlers;
  readonly onUnhandledEvent?: AnyHandler;
  readonly sources: Sources;
};

export type AnyHandler = ((attempt: Attempt<never>) => unknown) | Processor;
