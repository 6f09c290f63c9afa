import { processingKey } from "../../../../lambdas/core/events/identity.ts";
import type { SimulatedStack } from "../simulated-stack.ts";
import { hasReason, type Promised } from "./journal.ts";

/** Where a promised event is in the end. */
export type End = "done" | "in the DLQ" | "lost";

/** Where each promised event is, now that nothing moves any more. Adds to `broken` what is neither done nor explained. */
export function ends(stack: SimulatedStack): ReadonlyMap<string, End> {
  const found = new Map<string, End>();
  for (const [place, promised] of stack.journal.promised) found.set(place, endOf(stack, place, promised));
  return found;
}

function endOf(stack: SimulatedStack, place: string, { queue, identity, event, replay }: Promised): End {
  const { journal, queues, processed, read } = stack;
  if (journal.effects.some((one) => one.queue === queue && one.identity === identity)) return "done";
  for (const { envelope } of queues.get(queue)?.dead.values() ?? []) {
    const { identity: found, event: dead } = read(envelope);
    if (found !== identity) continue;
    const record = processed.get(processingKey(queue, dead));
    const cut = record?.state === "processing" && record.attempts > 0;
    if (record?.reason === undefined && !cut && !hasReason(journal, queue, event.id, replay)) {
      journal.broken.push(`${place} lies in the DLQ, and nothing says why`);
    }
    return "in the DLQ";
  }
  journal.broken.push(`${place} was promised, and is neither done nor in the DLQ`);
  return "lost";
}
