import { simulate } from "../simulation/simulate.ts";
import { explore, noTally } from "./explore.ts";
import type { Mutant } from "./mutants.ts";
import { scenarios } from "./scenarios.ts";

/** Seeds that are tried before a mutant counts as a survivor. Fixed, so that each is caught by the same one each time. */
const seeds = 300;

/** The first promise that a mutant is seen to break, or nothing where it survives. */
export async function firstBroken({ composition, needs }: Mutant): Promise<string | undefined> {
  if (needs === "single faults") {
    const tally = noTally();
    for (const scenario of scenarios) {
      await explore(scenario, { tries: () => false, composition, first: true }, tally);
      if (tally.failures.length > 0) break;
    }
    return tally.failures[0];
  }
  for (let seed = 1; seed <= seeds; seed += 1) {
    const [broken] = (await simulate(seed, composition)).broken;
    if (broken !== undefined) return `seed ${seed}: ${broken}`;
  }
  return undefined;
}
