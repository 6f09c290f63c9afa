import type { House } from "./house.ts";
import type { Promised } from "./journal.ts";
import { deliver } from "./sender.ts";

/**
 * Has the provider send again what lies in a DLQ, now that its processor works: it must be taken and have its effect.
 * Not asked of an event whose last run was cut, or whose re-opening failed: nobody was left to re-open it, or the log
 * says so.
 */
export async function checkResend(house: House, given: { readonly attempts: number; readonly mostSteps: number }) {
  const waiting = [...house.journal.promised].filter(([place, promised]) => isReopened(house, place, promised, given));
  for (const [, { source, event }] of waiting) void deliver(house, source, [event]);
  await house.time.run(given.mostSteps);
  for (const [place] of waiting) {
    if (!hasEffect(house, place)) house.journal.broken.push(`${place} was sent again after its end, and not processed`);
  }
}

/** Moves everything in the DLQs back, now that the processors work: whatever was promised must be done. */
export async function checkRedrive(house: House, { mostSteps }: { readonly mostSteps: number }) {
  for (const queue of house.queues.values()) queue.redrive();
  await house.time.run(mostSteps);
  for (const [place] of house.journal.promised) {
    if (!hasEffect(house, place)) house.journal.broken.push(`${place} was redriven, and not processed`);
  }
}

function hasEffect({ journal }: House, place: string): boolean {
  return journal.effects.some(({ queue, identity }) => `${queue} ${identity}` === place);
}

function isReopened(house: House, place: string, { queue, event }: Promised, given: { readonly attempts: number }) {
  if (hasEffect(house, place)) return false;
  const sameId = [...house.journal.arrivals.values()].filter((one) => one.queue === queue && one.id === event.id);
  // The log knows ids, and two events can bear the same: then it does not say whose end it speaks of.
  if (sameId.length > 1) return false;
  const verdict = (text: string) =>
    house.journal.lines.some((line) => line.text === text && line.queue === queue && line.id === event.id);
  const last = house.journal.lastReceive.get(place);
  const cutAtTheEnd = last !== undefined && last.receives >= given.attempts && last.invocation.faults.length > 0;
  return verdict("dead") && !verdict("not re-opened") && !cutAtTheEnd;
}
