import type { ReadDelivery } from "../delivery.ts";
import type { Provider } from "../provider.ts";
import type { EventFields, MissingFields } from "./event-fields.ts";
import { readDelivery } from "./read-delivery.ts";

/** So many events of a delivery are examined, since each may need its body read. */
const most = 10;

/**
 * Names, for the events of one delivery in turn, the fields that each should have and lacks. The events are accepted all the
 * same, since a refusal would lose them. A field that its kind lacks by the provider's documentation is not missing.
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
