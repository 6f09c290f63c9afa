import { defined } from "../../lambdas/core/bytes/defined.ts";
import { ingressKey } from "../../lambdas/core/events/identity.ts";
import { formatParts } from "../../lambdas/core/events/key-parts.ts";
import type { ArchivedEvent } from "./archived-event.ts";

type Copy = Pick<ArchivedEvent, "source" | "key" | "period">;

/** So many events a search remembers, to leave their repeats out: one comes twice at most within some minutes. */
const remembered = 100_000;

/** Names an event: copies of one have the same source, key and period. */
export function nameOf(event: Copy): string {
  return `${ingressKey(event)}${formatParts(defined({ period: event.period }))}`;
}

/** Tells whether an event was seen before. */
export function createFold(): (event: Copy) => boolean {
  const seen = new Set<string>();
  return (event) => {
    const key = nameOf(event);
    if (seen.has(key)) return true;
    seen.add(key);
    // A set keeps the order in which its values came.
    const [oldest = key] = seen.size > remembered ? seen : [];
    if (oldest !== key) seen.delete(oldest);
    return false;
  };
}
