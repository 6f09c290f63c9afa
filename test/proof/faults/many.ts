import { randomOf } from "../../seed.ts";
import { firstBroken } from "./catch.ts";
import { byReceive } from "./compositions.ts";
import { explore, noTally, type Tally } from "./explore.ts";
import { mutants } from "./mutants.ts";
import { scenarios } from "./scenarios.ts";

/** Every single fault in every scenario, and of all pairs the share that the seed says. */
export async function exploreShare(seed: number, share: number): Promise<Tally> {
  const random = randomOf(seed);
  const tally = noTally();
  for (const scenario of scenarios) await explore(scenario, { tries: () => random() < share }, tally);
  return tally;
}

/** Every single fault in every scenario, where the steps are composed by `receive`. */
export async function exploreReceive(): Promise<Tally> {
  const tally = noTally();
  for (const scenario of scenarios) await explore(scenario, { tries: () => false, composition: byReceive }, tally);
  return tally;
}

/** The first promise that each mutant is seen to break, by its name; those that survive are not there. */
export async function catchMutants(): Promise<ReadonlyMap<string, string>> {
  const caught = new Map<string, string>();
  for (const mutant of mutants) {
    const broken = await firstBroken(mutant);
    if (broken !== undefined) caught.set(mutant.name, broken);
  }
  return caught;
}
