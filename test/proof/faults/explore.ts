import { type FaultKind, faultKinds } from "../simulation/aws/calls.ts";
import { type Composition, ours } from "../simulation/simulated-stack.ts";
import type { Scenario } from "./scenarios.ts";
import { attempt, type Faults, type Trial } from "./trial.ts";

/** What an exploration has seen, in figures. */
export type Tally = {
  /** Calls at which something can go wrong, with no fault before them. */
  points: number;
  singles: number;
  pairs: number;
  /** Where the promised events were when nothing moved any more, each counted once for every queue that wants it. */
  readonly ends: Record<string, number>;
  /** Effects that were repeated, each after a run that was cut. */
  repeats: number;
  /** Broken promises, each with the faults that broke it. */
  readonly failures: string[];
};

type Extent = {
  /** Whether this pair is to be tried, once all singles are. */
  readonly tries: () => boolean;
  readonly composition?: Composition;
  /** Stops at the first broken promise. */
  readonly first?: true;
};

export const noTally = (): Tally => ({
  ...{ points: 0, singles: 0, pairs: 0, repeats: 0 },
  ends: { done: 0, "in the DLQ": 0, "not promised": 0 },
  failures: [],
});

/**
 * Tries every fault at every call of a scenario, then every second fault at every call that comes after the first: the
 * calls of the second are those that there are once the first has happened.
 */
export async function explore(scenario: Scenario, extent: Extent, tally: Tally = noTally()): Promise<Tally> {
  const { composition = ours, tries } = extent;
  const play = async (faults: Faults) => {
    const trial = await attempt(scenario, faults, composition);
    count(tally, scenario, faults, trial);
    return trial;
  };
  const clean = await play(new Map());
  tally.points += clean.points.length;
  for (const [number, fault] of possible(clean, 0)) {
    if (extent.first && tally.failures.length > 0) return tally;
    tally.singles += 1;
    const single = await play(new Map([[number, fault]]));
    for (const [later, second] of possible(single, number + 1)) {
      if (!tries()) continue;
      tally.pairs += 1;
      await play(
        new Map([
          [number, fault],
          [later, second],
        ]),
      );
    }
  }
  return tally;
}

function* possible({ points }: Trial, from: number): Generator<readonly [number, FaultKind]> {
  for (let number = from; number < points.length; number += 1) for (const kind of faultKinds) yield [number, kind];
}

function count(
  tally: Tally,
  scenario: Scenario,
  faults: Faults,
  { broken, points, ends, repeats, wanted }: Trial,
): void {
  tally.repeats += repeats;
  const found = [...ends.values()];
  for (const end of found) tally.ends[end] = (tally.ends[end] ?? 0) + 1;
  tally.ends["not promised"] = (tally.ends["not promised"] ?? 0) + wanted - found.length;
  if (broken.length === 0) return;
  const where = [...faults].map(([number, kind]) => `${kind} at call ${number} (${points[number]})`).join(" and ");
  tally.failures.push(`${scenario.name}, ${where || "no fault"}: ${broken[0]}`);
}

/** "12 points, 72 singles, …" */
export function tallyText({ points, singles, pairs, ends, repeats }: Tally): string {
  const found = Object.entries(ends).map(([end, number]) => `${number} ${end}`);
  return `${points} points, ${singles} singles, ${pairs} pairs; events: ${found.join(", ")}; ${repeats} effects repeated`;
}
