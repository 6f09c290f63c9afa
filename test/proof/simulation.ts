import type { Effort, Part } from "./part.ts";
import { simulateMany } from "./simulation/many.ts";
import { simulate } from "./simulation/simulate.ts";
import type { Total } from "./simulation/total.ts";

const seedsOf = { short: 2000, full: 100_000 } as const;
const progressEvery = 1000;

/** Days of a stack from each seed, from `effort.seed` on; the same seed shows the same days. */
export async function proveSimulation({ size, seed, count, progress }: Effort): Promise<Part> {
  const seeds = count ?? seedsOf[size];
  const total = await simulateMany(seed, seeds, (sofar) => {
    if (sofar.seeds % progressEvery === 0) progress(`simulation: ${sofar.seeds} of ${seeds} seeds`);
  });
  // Who asks for one seed wants to see what happened in it.
  if (seeds === 1) for (const line of (await simulate(seed)).history) progress(line);
  return { title: "Simulated days", markdown: markdownOf(seed, total), failures: total.failures };
}

function markdownOf(seed: number, total: Total): string {
  const rows = [
    ["Seeds", total.seeds],
    ["Deliveries answered", total.deliveries],
    ["… accepted", total.accepted],
    ["… duplicate", total.duplicates],
    ["… 503", total.unavailable],
    ["Faults and freezes", total.faults],
    ["Promised events done before anybody mended anything", total.done],
    ["Promised events in a DLQ with their reason", total.inDlq],
    ["Effects", total.effects],
    ["Effects repeated, each after a cut run or with a wrong clock", total.repeats],
    ["Events replayed, each counted for every queue and replay", total.replays],
    ["Promises broken", total.failures.length],
  ] as const;
  return `The real verifier and the real processors run in virtual time: clocks up to 10 minutes off, environments frozen for up to
11 days, crashes, lost answers, throttles, hangs, SQS that delivers twice, records that outlive their time by up to 5
days, providers that repeat, overlap and resend, operators that redrive too early and replay what came, now and then twice, processors that fail, hang or never
work. Then the weather clears, and every event that was ever answered 2xx must be processed. Seeds from ${seed} on:

| | |
| --- | --: |
${rows.map(([name, figure]) => `| ${name} | ${figure} |`).join("\n")}
`;
}
