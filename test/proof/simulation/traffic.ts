import { deliver, deliverUntilHeard } from "./sender.ts";
import type { SimulatedStack } from "./simulated-stack.ts";
import { goesByBody, providers, type SentEvent, type SourceName, windowMilliseconds } from "./sources.ts";
import type { Behave, Behaviour } from "./work.ts";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
/** From an event's first delivery to another's with equal bytes: its retries, the window of the last, and clocks that differ. */
const apartMilliseconds = 25 * hour + windowMilliseconds + 3 * hour;

/** The same bytes as other events: not one of them can be told from its namesake. */
const anew = (events: readonly SentEvent[], sending: number) => events.map((event) => ({ ...event, sending }));

/** What a provider sends within a few days, now and again twice at once, again by hand, or with another body. */
export function send(stack: SimulatedStack, random: () => number): void {
  const oneOf = <T>(...choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
  const sources = Object.keys(providers) as SourceName[];
  const deliveries = oneOf(1, 1, 2, 3);
  for (let number = 0; number < deliveries; number += 1) {
    const source = oneOf(...sources);
    const size = random() < 0.1 ? 3 : 1;
    const events = Array.from({ length: size }, (_, index): SentEvent => {
      const type = oneOf("order.created", "order.created", "order.paid");
      return { id: `${number}-${index}`, type, content: "1", ...(random() < 0.005 ? { fillerBytes: 200_000 } : {}) };
    });
    const pauses = oneOf([], [minute, 5 * minute, hour, 6 * hour], [2000, 10_000, minute, hour, day]);
    const begin = random() * oneOf(1000, hour, day);
    const at = (milliseconds: number, work: () => unknown) =>
      void stack.time.after(Math.round(milliseconds), () => void work());
    at(begin, () => deliverUntilHeard(stack, source, events, pauses));
    // The same again: at the same time, a moment later, or by somebody's hand days later.
    if (random() < 0.4) {
      const later = random() * oneOf(5, 700, 5 * minute, 9 * day);
      const isAnother = goesByBody(source) && later > day;
      // Not at a time at which nobody could say whether it is a late retry.
      if (isAnother) at(begin + apartMilliseconds + later, () => deliver(stack, source, anew(events, 1)));
      else at(begin + later, () => deliver(stack, source, events));
    }
    if (random() < 0.2) {
      const other = events.map((event) => ({ ...event, content: "2" }));
      at(begin + random() * oneOf(5, hour), () => deliverUntilHeard(stack, source, other, pauses));
    }
  }
  // An operator who moves the DLQs back without having mended anything.
  for (let redrives = Math.floor(random() * 4); redrives > 0; redrives -= 1) {
    stack.time.after(Math.round(random() * 3 * day), () => stack.queues.forEach((queue) => void queue.redrive()));
  }
}

/** What has no id, time and again with equal bytes: each time another event, and some of them dead when the next comes. */
export function sendAgainAndAgain(stack: SimulatedStack, random: () => number): void {
  const type = random() < 0.5 ? "order.created" : "order.paid";
  const pauses = random() < 0.5 ? [] : [2000, 10_000, minute, hour, day];
  let at = random() * day;
  for (let number = 2 + Math.floor(random() * 3); number > 0; number -= 1) {
    const events = anew([{ id: "again", type, content: "1" }], number);
    stack.time.after(Math.round(at), () => void deliverUntilHeard(stack, "crab", events, pauses));
    at += apartMilliseconds + random() * day;
  }
}

/** An operator who replays what came, and now and again the same replay a second time: at once, or days later. */
export function replayNowAndAgain({ time, replay }: SimulatedStack, random: () => number): void {
  for (let number = 1 + Math.floor(random() * 2); number > 0; number -= 1) {
    const first = Math.round(random() * (random() < 0.5 ? hour : 4 * day));
    time.after(first, () => replay(`r${number}`));
    if (random() < 0.7)
      time.after(first + Math.round(random() * (random() < 0.5 ? 50 : day)), () => replay(`r${number}`));
  }
}

/** Processors that work, fail now and again, fail for good, or hang: each event has its own luck with each of them. */
export function behaviourOf(random: () => number): Behave {
  const luck = new Map<string, readonly Behaviour[]>();
  const kinds: readonly (readonly Behaviour[])[] = [
    ["succeed"],
    ["succeed"],
    ["fail", "succeed"],
    ["fail", "fail for good", "succeed"],
    ["hang", "succeed"],
    ["fail for good"],
    ["fail"],
    ["hang"],
  ];
  return (queue, identity, run) => {
    const place = `${queue} ${identity}`;
    const known = luck.get(place) ?? (kinds[Math.floor(random() * kinds.length)] as readonly Behaviour[]);
    luck.set(place, known);
    return known[Math.min(run, known.length) - 1] as Behaviour;
  };
}
