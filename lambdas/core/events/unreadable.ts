import type { ReadDelivery } from "../delivery.ts";
import type { Provider } from "../provider.ts";
import type { EventFields, MissingFields } from "./event-fields.ts";
import { readDelivery } from "./read-delivery.ts";

/** Of one delivery so many are looked into: each may have its body read for it. */
const most = 10;

/**
 * For the events of one delivery, one after another: what each should say of itself and does not. They are taken all the
 * same: refusing them would lose them. What its kind has not, by its provider's documentation, is not missing.
 */
export function createUnreadable(provider: Provider): (event: EventFields, delivery: ReadDelivery) => MissingFields {
  let looked = 0;
  return (event, delivery) => {
    const missing = missingOf(provider, event);
    if (missing.length === 0 || looked === most) return [];
    looked += 1;
    const lacked = lackedBy(provider, event, delivery);
    return missing.filter((name) => !lacked.includes(name));
  };
}

function missingOf({ identity, events }: Provider, event: EventFields): MissingFields {
  const typed = typeof events === "function" || events.type !== undefined;
  return [
    ...(event.id === undefined && (identity === "id" || identity === "id+body") ? (["id"] as const) : []),
    ...(event.type === undefined && typed ? (["type"] as const) : []),
  ];
}

function lackedBy({ lacks = [] }: Provider, event: EventFields, delivery: ReadDelivery): MissingFields {
  if (typeof lacks !== "function") return lacks;
  try {
    const { body } = event;
    return lacks(event, body === undefined ? delivery : readDelivery({ ...delivery, body }));
  } catch {
    return [];
  }
}
