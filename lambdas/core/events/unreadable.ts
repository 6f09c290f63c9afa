import type { Provider } from "../provider.ts";
import type { EventFields } from "./event-fields.ts";

type Missing = readonly ("id" | "type")[];

/** Of one delivery so many are looked into: each may have its body read for it. */
const most = 10;

/**
 * What verified events should say of themselves and do not, a list for each that lacks something. They are taken all the
 * same: refusing them would lose them. What its kind has not, by its provider's documentation, is not missing.
 */
export function unreadable(provider: Provider, events: readonly EventFields[], body: Uint8Array): readonly Missing[] {
  const lacking = events.filter((event) => missingOf(provider, event).length > 0).slice(0, most);
  return lacking.flatMap((event) => {
    const lacked = lackedBy(provider, event, event.body ?? body);
    const missing = missingOf(provider, event).filter((name) => !lacked.includes(name));
    return missing.length > 0 ? [missing] : [];
  });
}

function missingOf({ identity, events }: Provider, event: EventFields): Missing {
  const typed = typeof events === "function" || events.type !== undefined;
  return [
    ...(event.id === undefined && (identity === "id" || identity === "id+body") ? (["id"] as const) : []),
    ...(event.type === undefined && typed ? (["type"] as const) : []),
  ];
}

function lackedBy({ lacks = [] }: Provider, event: EventFields, body: Uint8Array): Missing {
  if (typeof lacks !== "function") return lacks;
  try {
    return lacks(event, body);
  } catch {
    return [];
  }
}
