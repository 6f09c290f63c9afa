import type { Fate } from "./effect.ts";

/** A source of the load, and the event type of its fixture. */
export const sources = { stripe: "invoice.paid", github: "push" } as const;

/** An event that is to be delivered. */
export type PlannedEvent = {
  readonly id: string;
  /** Stripe tries again, GitHub never does. */
  readonly source: keyof typeof sources;
  readonly fate: Fate;
  /** Deliveries at the same time. */
  readonly copies: number;
  /** After the start, in milliseconds. */
  readonly at: number;
};

/**
 * The events of a run, spread so that first deliveries come at a steady rate, whatever the answers: half of the events
 * are delivered 2 to 5 times at once, 4 in 10 by a provider that never retries, 5 % fail first, 2 % fail for good.
 */
export function planLoad(seconds: number, rate: number, random: () => number): readonly PlannedEvent[] {
  const events: PlannedEvent[] = [];
  for (let at = 0; at < seconds * 1000; ) {
    const copies = random() < 0.5 ? 1 : 2 + Math.floor(4 * random());
    const source = random() < 0.6 ? "stripe" : "github";
    const luck = random();
    const fate = luck < 0.02 ? "fails-for-good" : luck < 0.07 ? "fails-first" : "succeeds";
    events.push({ id: `load-${events.length}`, source, fate, copies, at });
    at += (copies / rate) * 1000;
  }
  return events;
}
