import type { Sources } from "../source.ts";
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
