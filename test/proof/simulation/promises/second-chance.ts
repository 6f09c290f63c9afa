import { deliver } from "../sender.ts";
import type { SimulatedStack } from "../simulated-stack.ts";
import { goesByBody, identityOf, type SourceName, windowMilliseconds } from "../sources.ts";
import type { Promised } from "./journal.ts";

const hour = 3_600_000;
const resendings = 100;

/**
 * Has the provider send again what lies in a DLQ, now that its processor works: it must be taken and have its effect.
 * Not asked where the log says that ingress could not be re-opened, nor where a last receive was cut before it had written
 * anything, nor for a replay: the archive has the event.
 */
export async function checkResend(stack: SimulatedStack, { mostSteps }: { readonly mostSteps: number }) {
  const waiting = [...stack.journal.promised].filter(([place, promised]) => isReopened(stack, place, promised));
  const resent = waiting.map(([, { queue, source, event }]) => {
    const { sending = 0 } = event;
    // Where bytes alone say what an event is, each is another by now, in a window of its own: the first is still to be
    // redriven.
    const again = goesByBody(source) ? { ...event, sending: sending + resendings } : event;
    const windows = goesByBody(source) ? sending + 1 : 0;
    stack.time.after(windows * (windowMilliseconds + hour), () => void deliver(stack, source as SourceName, [again]));
    return `${queue} ${identityOf(source, again)}`;
  });
  await stack.time.run(mostSteps);
  for (const place of resent) {
    if (!hasEffect(stack, place)) stack.journal.broken.push(`${place} was sent again after its end, and not processed`);
  }
}

/** Moves everything in the DLQs back, now that the processors work: whatever was promised must be done. */
export async function checkRedrive(stack: SimulatedStack, { mostSteps }: { readonly mostSteps: number }) {
  for (const queue of stack.queues.values()) queue.redrive();
  await stack.time.run(mostSteps);
  for (const [place] of stack.journal.promised) {
    if (!hasEffect(stack, place)) stack.journal.broken.push(`${place} was redriven, and not processed`);
  }
}

function hasEffect({ journal }: SimulatedStack, place: string): boolean {
  return journal.effects.some(({ queue, identity }) => `${queue} ${identity}` === place);
}

/** Lines after which nobody has re-opened ingress. */
const excuses: readonly string[] = ["not re-opened", "killed before its first write"];

function isReopened(stack: SimulatedStack, place: string, { queue, event, replay }: Promised): boolean {
  if (replay !== undefined) return false;
  const { lines } = stack.journal;
  const isExcused = lines.some((line) => line.queue === queue && line.id === event.id && excuses.includes(line.text));
  return !isExcused && !hasEffect(stack, place);
}
