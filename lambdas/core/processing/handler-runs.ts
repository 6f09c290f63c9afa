import type { WebhookEvent } from "../events/envelope.ts";
import { queuesFor } from "../events/event-routes.ts";
import type { AnyHandler, RoutedHandlers } from "./handlers.ts";
import { keyedHandlers } from "./keyed-handlers.ts";
import type { Attempt, Processor } from "./processor.ts";
import { resolveOptions } from "./processor-options.ts";

/** An event and one of its handlers. `name` is that of the event file for the same type. */
export type Run = { readonly event: WebhookEvent; readonly name: string; readonly processor: Processor };

/** One run for each matching handler. */
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

const ofFunctions = resolveOptions({ impact: "An event is not handled" });

function toProcessor(handler: AnyHandler): Processor {
  if (typeof handler !== "function") return handler;
  return {
    options: ofFunctions,
    run: async (attempt) => void (await handler(attempt as Attempt<never>)),
  };
}
