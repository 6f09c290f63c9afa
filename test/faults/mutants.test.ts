import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { simulate } from "../simulation/simulate.ts";
import { explore, noTally } from "./explore.ts";
import { mutants } from "./mutants.ts";
import { scenarios } from "./scenarios.ts";

/** Seeds that are tried before a mutant counts as a survivor. Fixed, so that each is caught by the same one each time. */
const seeds = 300;

describe("a stack that is put together wrongly", () => {
  for (const { name, composition, needs } of mutants) {
    it(`is caught when it ${name}, by ${needs}`, async () => {
      assert.ok((await firstBroken[needs](composition)) !== undefined, "the mutant survives");
    });
  }
});

const firstBroken = {
  async "single faults"(composition: (typeof mutants)[number]["composition"]): Promise<string | undefined> {
    const tally = noTally();
    for (const scenario of scenarios) {
      await explore(scenario, { tries: () => false, composition, first: true }, tally);
      if (tally.failures.length > 0) break;
    }
    return tally.failures[0];
  },
  async "the simulation"(composition: (typeof mutants)[number]["composition"]): Promise<string | undefined> {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const [broken] = (await simulate(seed, composition)).broken;
      if (broken !== undefined) return broken;
    }
    return undefined;
  },
};
