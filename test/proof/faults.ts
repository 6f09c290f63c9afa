import { randomOf } from "../seed.ts";
import { firstBroken } from "./faults/catch.ts";
import { byReceive } from "./faults/compositions.ts";
import { explore, type Tally } from "./faults/explore.ts";
import { mutants } from "./faults/mutants.ts";
import { scenarios } from "./faults/scenarios.ts";
import type { Effort, Part } from "./part.ts";
import { faultKinds } from "./simulation/aws/calls.ts";
import { ours } from "./simulation/simulated-stack.ts";

/** Of all pairs, so many are tried in a short run: which, the seed says. */
const share = 0.01;

const ways = [
  { name: "the Lambda", composition: ours },
  { name: "`receive`", composition: byReceive },
] as const;

/** Every fault at every call, every pair of them, and mutants that must be caught by the same checks. */
export async function proveFaults({ size, seed, progress }: Effort): Promise<Part> {
  const random = randomOf(seed);
  const tries = size === "full" ? () => true : () => random() < share;
  const rows: string[] = [];
  const failures: string[] = [];
  for (const { name, composition } of ways) {
    for (const scenario of scenarios) {
      const tally = await explore(scenario, { tries, composition });
      failures.push(...tally.failures.map((failure) => `${name}, ${failure}`));
      rows.push(rowOf(`${scenario.name}, by ${name}`, tally));
      progress(`faults: ${scenario.name}, by ${name}: ${tally.pairs} pairs`);
    }
  }
  const caught: string[] = [];
  for (const mutant of mutants) {
    const broken = await firstBroken(mutant);
    if (broken === undefined) failures.push(`A stack that ${mutant.name} is not caught`);
    caught.push(`| ${mutant.name} | ${broken ?? "**nothing**"} |`);
    progress(`mutants: ${mutant.name}`);
  }
  return { title: "Every fault at every call", markdown: markdownOf(size, rows, caught), failures };
}

function rowOf(name: string, { points, singles, pairs, ends, repeats }: Tally): string {
  const cells = [points, singles, pairs, ends.done, ends["in the DLQ"], ends["not promised"], repeats];
  return `| ${name} | ${cells.join(" | ")} |`;
}

function markdownOf(size: Effort["size"], rows: readonly string[], caught: readonly string[]): string {
  return `The real verifier and the real processors run against stores, queues and a bucket whose every call can go wrong in
${faultKinds.length} ways: ${faultKinds.join(", ")}. Each fault was tried at each call, and ${size === "full" ? "each pair" : `one in ${1 / share} of all pairs`} of faults. Then
the faults end: the provider tries again where it does that, SQS delivers what is visible, a resend and a redrive follow.
"Done", "DLQ" and "not promised" count an event once for each queue that wants it; what was never answered 2xx is not
promised. An effect was repeated only where a run was cut between its effect and its \`done\`.

| Scenario | Calls | Singles | Pairs | Done | DLQ | Not promised | Effects repeated |
| --- | --: | --: | --: | --: | --: | --: | --: |
${rows.join("\n")}

The checks can fail. Stacks that were put together wrongly on purpose, and the first promise that each was seen to break:

| A stack that | was caught by |
| --- | --- |
${caught.join("\n")}
`;
}
