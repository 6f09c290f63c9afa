import type { Sources } from "./admit.ts";
import type { WebhookEvent } from "./envelope.ts";
import type { Attempt, Processor } from "./processor.ts";
import { queuesFor } from "./routes.ts";

/**
 * Runs an event while its provider waits. What a function returns is awaited, and then dropped; it has 30 s. Of a
 * {@linkcode Processor} its schema, its further types and its time count.
 */
export type Handler<Payload = unknown> = ((attempt: Attempt<Payload>) => unknown) | Processor<Payload>;

/**
 * Handlers by event type, for all sources, or for one where its name stands before: `"push"`, `"github/push"`; a
 * trailing `*` stands for anything. Every one that fits runs; of `"push"` and `"github/push"` the latter alone.
 *
 * @typeParam Payloads What each type's payload is: `{ push: PushEvent }`.
 */
export type Handlers<Payloads = Record<string, unknown>> = {
  readonly [Type in keyof Payloads]?: Handler<Payloads[Type]>;
};

/** {@linkcode Handlers} whatever their payloads are, and what a key's source is told by. */
export type RoutedHandlers = {
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  readonly onUnhandledEvent?: AnyHandler;
  readonly sources: Sources;
};

type AnyHandler = ((attempt: Attempt<never>) => unknown) | Processor;

/** An event and a handler that it is for. `name` is that of the event file that would do the same. */
export type Run = { readonly event: WebhookEvent; readonly name: string; readonly processor: Processor };

/** One run for each handler that fits. */
export function runsOf(event: WebhookEvent, options: RoutedHandlers): readonly Run[] {
  const { handlers, onUnhandledEvent, sources } = options;
  const { source } = event;
  const keys = Object.entries(handlers).map(([key, handler]) => ({ ...splitKey(key, sources), handler }));
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

/** The type of a key, and the source where one of that name stands before it: a type can hold a slash, too. */
function splitKey(key: string, sources: Sources): { readonly source?: string; readonly type: string } {
  const [source = "", ...rest] = key.split("/");
  return rest.length > 0 && Object.hasOwn(sources, source) ? { source, type: rest.join("/") } : { type: key };
}

function toProcessor(handler: AnyHandler): Processor {
  if (typeof handler !== "function") return handler;
  return {
    options: { impact: "An event is not handled" },
    run: async (attempt) => void (await handler(attempt as Attempt<never>)),
  };
}

/** @throws {TypeError} When a handler is neither a function nor a processor, or its type holds a `*` within. */
export function checkHandlers(options: Readonly<Record<string, unknown>>): void {
  const { handlers = {}, onUnhandledEvent } = options;
  const given = { ...(handlers as object), ...(onUnhandledEvent === undefined ? {} : { onUnhandledEvent }) };
  for (const [type, handler] of Object.entries<unknown>(given)) {
    if (type === "" || type.slice(0, -1).includes("*")) {
      throw new TypeError(
        `Cannot create receiver: a type may end in "*" but not hold it elsewhere, received "${type}"`,
      );
    }
    if (typeof handler === "function" || (typeof handler === "object" && handler !== null && "run" in handler))
      continue;
    throw new TypeError(
      `Cannot create receiver: the handler of "${type}" must be a function or a processor, received ${handler === null ? "null" : typeof handler}`,
    );
  }
}
