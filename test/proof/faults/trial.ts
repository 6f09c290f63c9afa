import type { FaultKind } from "../simulation/aws/calls.ts";
import { type End, ends } from "../simulation/promises/promises.ts";
import { checkRedrive, checkResend } from "../simulation/promises/second-chance.ts";
import { deliverUntilHeard, wanting } from "../simulation/sender.ts";
import { type Composition, createSimulatedStack, ours } from "../simulation/simulated-stack.ts";
import { withVirtualGlobals } from "../simulation/virtual-globals.ts";
import { createVirtualTime } from "../simulation/virtual-time.ts";
import type { Scenario } from "./scenarios.ts";
import { checkClean, checkOpen } from "./strict.ts";

/** Faults by the number of the call that they befall. */
export type Faults = ReadonlyMap<number, FaultKind>;

export type Trial = {
  readonly broken: readonly string[];
  /** The points of the calls, in order. */
  readonly points: readonly string[];
  readonly ends: ReadonlyMap<string, End>;
  readonly repeats: number;
  /** How many events were to be processed, each counted once for every queue that wants it. */
  readonly wanted: number;
};

const minute = 60_000;
const pauses = [minute, 5 * minute, 30 * minute, 120 * minute];
/** Periods of equal bytes end between the first delivery and the next: see `windowMilliseconds` in `sources.ts`. */
const start = Date.UTC(2026, 2, 4, 23, 59, 30);
/** Two faults can take a receive each, and a lease that the first left behind a third: the last comes to its end. */
const attempts = 4;
/** More than any trial takes: one that comes so far never ends. */
const mostSteps = 20_000;

/** Plays a scenario with faults, then gives a resend and a redrive their chance, and says which promises were broken. */
export async function attempt(scenario: Scenario, faults: Faults, composition: Composition = ours): Promise<Trial> {
  const time = createVirtualTime(start);
  const points: string[] = [];
  let healed = false;
  let { replays = 0 } = scenario;
  const stack = createSimulatedStack({
    ...{
      time,
      attempts,
      composition,
      batchSize: 10,
      tables: "ports",
      lagMilliseconds: 0,
      skew: () => 0,
      deliversTwice: () => false,
    },
    decide({ number, point }) {
      if (healed) return { milliseconds: 10 };
      points[number] = point;
      const fault = faults.get(number);
      return { milliseconds: 10, ...(fault === undefined ? {} : { fault }) };
    },
    behave(queue, identity, run) {
      for (; replays > 0; replays -= 1) stack.replay("r1");
      return healed ? "succeed" : scenario.behave(queue, identity, run);
    },
  });
  const { journal } = stack;
  return await withVirtualGlobals(
    time,
    () => 0.5,
    async () => {
      const { source, events, redelivers } = scenario;
      let heard: boolean | undefined;
      void deliverUntilHeard(stack, source, events, redelivers ? pauses : []).then((answer) => {
        heard = answer;
      });
      if (!(await time.run(mostSteps))) journal.broken.push("it never ended");
      if (redelivers && heard !== true)
        journal.broken.push("the provider delivered again and again, and never heard 2xx");
      checkOpen(stack.journal);
      if (faults.size === 0) checkClean(scenario, stack.journal);
      const found = ends(stack);
      healed = true;
      await checkResend(stack, { mostSteps });
      await checkRedrive(stack, { mostSteps });
      return {
        broken: journal.broken,
        points,
        ends: found,
        repeats: journal.repeats,
        wanted: wantedBy(source, events) * (scenario.replays === undefined ? 1 : 2),
      };
    },
  );
}

function wantedBy(source: string, events: Scenario["events"]): number {
  return events.reduce((sum, { type }) => sum + wanting(source, type).length, 0);
}
