import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fuzz, type Result } from "./fuzz/fuzz.ts";
import type { Effort, Part } from "./part.ts";

const counts = { short: 20_000, full: 1_000_000 } as const;
const slices = 20;
/** Of each half the last so many slices are measured: by then what is cached is cached. */
const measured = 4;
const mostGrowth = 1.1;
const collect = collector();

/** Fuzzes the whole Lambda, and shows that its memory stays what it was while nothing is taken that should not be. */
export async function proveFuzz({ size, seed, count = counts[size], progress }: Effort): Promise<Part> {
  const runs: Result[] = [];
  const resident: number[] = [];
  const started = performance.now();
  for (let slice = 0; slice < slices; slice += 1) {
    const first = Math.floor((count * slice) / slices);
    runs.push(await fuzz(seed, Math.floor((count * (slice + 1)) / slices) - first, first));
    resident.push(await residentMegabytes());
    progress(`fuzz: ${Math.floor((count * (slice + 1)) / slices)} of ${count} requests`);
  }
  const seconds = (performance.now() - started) / 1000;
  const before = median(resident.slice(slices / 2 - measured, slices / 2));
  const after = median(resident.slice(-measured));
  const failures = runs.flatMap((run) => run.failures);
  // In a short run memory still grows to its working size.
  if (size === "full" && after > before * mostGrowth) {
    failures.push(`resident memory grew from ${before.toFixed(0)} MB to ${after.toFixed(0)} MB over the second half`);
  }
  const growth = `${before.toFixed(0)} MB after the first half, ${after.toFixed(0)} MB after the second`;
  return { title: "Fuzz of the HTTP edge", markdown: page(runs, { seed, seconds, growth }), failures };
}

function page(
  runs: readonly Result[],
  { seed, seconds, growth }: { readonly seed: number; readonly seconds: number; readonly growth: string },
): string {
  const sum = (of: (run: Result) => number) => runs.reduce((total, run) => total + of(run), 0);
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.answers)))];
  const answers = names.map((name) => [name, sum((run) => run.answers[name] ?? 0)] as const);
  return [
    "Rightly signed requests of every provider, changed up to four times (bytes, headers, flags, paths, clocks), go through",
    "the whole Lambda over memory that never fails. Each answer is compared with the one right answer, read by code that",
    "shares nothing with what it judges: a request is taken where, and only where, it is still rightly signed; none is",
    "answered 5xx; answers and log lines hold no secret, no expected signature and no body; what is refused touches no store.",
    "",
    `| ${sum((run) => run.requests)} requests in ${seconds.toFixed(0)} s (seed ${seed}) | |`,
    "|---|---|",
    ...answers.sort(([, one], [, other]) => other - one).map(([name, number]) => `| ${name} | ${number} |`),
    `| requests of every provider: none of them answered 5xx or thrown, no body taken that was not signed | ${sum((run) => run.others)} |`,
    `| texts to the parsers of headers and signatures | ${sum((run) => run.parses)} |`,
    `| envelopes to the reader | ${sum((run) => run.envelopes)} |`,
    `| batches to the processor | ${sum((run) => run.batches)} |`,
    `| resident memory, median of ${measured} samples | ${growth} |`,
  ].join("\n");
}

/** After a collection: what is only garbage is no growth. */
async function residentMegabytes(): Promise<number> {
  collect?.();
  // What a collection gives back, it gives back a little later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  return process.memoryUsage().rss / 1_048_576;
}

/** The collector, where the host hands it out at run time: Node does. */
function collector(): (() => void) | undefined {
  try {
    setFlagsFromString("--expose-gc");
    return runInNewContext("gc");
  } catch {
    return undefined;
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
