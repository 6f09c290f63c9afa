import type { House } from "./house.ts";
import type { Promised } from "./journal.ts";
import { deliver } from "./sender.ts";
import { goesByBody, identityOf, windowMilliseconds } from "./sources.ts";

const hour = 3_600_000;
const resendings = 100;

/**
 * Has the provider send again what lies in a DLQ, now that its processor works: it must be taken and have its effect.
 * Not asked of an event whose last receive was cut or came to no verdict, since nobody was left to re-open it, nor where
 * the log says that it could not be re-opened.
 */
export async function checkResend(house: House, { mostSteps }: { readonly mostSteps: number }) {
  const waiting = [...house.journal.promised].filter(([place, promised]) => isReopened(house, place, promised));
  // Where bytes alone say what an event is, it is another by now: the first is still to be redriven.
  const resent = waiting.map(([, { queue, source, event }]) => {
    const { sending = 0 } = event;
    const again = goesByBody(source) ? { ...event, sending: sending + resendings } : event;
    house.time.after(goesByBody(source) ? windowMilliseconds + hour : 0, () => void deliver(house, source, [again]));
    return `${queue} ${identityOf(source, again)}`;
  });
  await house.time.run(mostSteps);
  for (const place of resent) {
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

/** Lines by which a receive of a copy ends. */
const verdicts: readonly string[] = [
  "dead",
  "failed",
  "processing",
  "overran",
  "claim failed",
  "no time left",
  "killed",
];

function isReopened(house: House, place: string, { queue, event }: Promised): boolean {
  if (hasEffect(house, place)) return false;
  const sameId = [...house.journal.arrivals.values()].filter((one) => one.queue === queue && one.id === event.id);
  // The log knows ids, and two events can bear the same: then it does not say whose end it speaks of.
  if (sameId.length > 1) return false;
  const lines = house.journal.lines.filter((line) => line.queue === queue && line.id === event.id);
  const last = lines.findLast(({ text }) => verdicts.includes(text));
  return last?.text === "dead" && !lines.some(({ text }) => text === "not re-opened");
}
