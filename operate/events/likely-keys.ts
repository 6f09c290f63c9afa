import { defined } from "../../lambdas/core/bytes/defined.ts";
import { eventKey, ingressKey, processingKey } from "../../lambdas/core/events/identity.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import type { Stage } from "../stage/stage.ts";
import type { EventFilter } from "./archived-event.ts";

/**
 * The keys of the records that an event with this id may have, where its provider's ids are the identity of its events: for each
 * type that the stage's event files name, since a signed type is part of the key. Others' keys have a hash of the body.
 */
export function likelyKeys(
  { sources, events }: Pick<Stage, "sources" | "events">,
  { id, source: only, type: named }: EventFilter & { readonly id: string },
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const [source, name] of Object.entries(sources)) {
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (provider?.identity !== "id" || (only !== undefined && only !== source)) continue;
    const ours = events.filter((event) => event.source === source);
    const types = [...(named === undefined ? [] : [named]), ...ours.flatMap((event) => event.types)];
    for (const type of [undefined, ...types.flatMap(withCoarser)]) {
      const event = { source, key: eventKey(provider, { id, ...defined({ type }) }, "") };
      keys.add(`in#${ingressKey(event)}`);
      for (const { name: processor } of ours) keys.add(`ev#${processingKey(processor, event)}`);
    }
  }
  return keys;
}

/** A type, and those that it may be a finer one of: `issues.opened` and `issues`. */
function withCoarser(type: string): readonly string[] {
  const parts = type.split(".");
  return type.endsWith("*") ? [] : parts.map((_, index) => parts.slice(0, index + 1).join("."));
}
