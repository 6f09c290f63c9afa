import type { EventFields } from "./event-fields.ts";
import type { Provider } from "./provider.ts";

type Missing = readonly ("id" | "type")[];

/**
 * What a verified event should say of itself and does not. It is taken all the same: refusing it would lose it. What its
 * kind has not, by its provider's documentation, is not missing.
 */
export function unreadable(provider: Provider, event: EventFields, body: Uint8Array): Missing {
  const { identity, events } = provider;
  const typed = typeof events === "function" || events.type !== undefined;
  const missing = [
    ...(event.id === undefined && (identity === "id" || identity === "id+body") ? (["id"] as const) : []),
    ...(event.type === undefined && typed ? (["type"] as const) : []),
  ];
  if (missing.length === 0) return missing;
  const lacked = lackedBy(provider, event, event.body ?? body);
  return missing.filter((name) => !lacked.includes(name));
}

function lackedBy({ lacks = [] }: Provider, event: EventFields, body: Uint8Array): Missing {
  if (typeof lacks !== "function") return lacks;
  try {
    return lacks(event, body);
  } catch {
    return [];
  }
}
