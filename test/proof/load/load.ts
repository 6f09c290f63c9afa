import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seed as freshSeed, randomOf } from "../../seed.ts";
import type { Effort, Part } from "../part.ts";
import { checkLoad, type LoadRecord } from "./checker.ts";
import { drawLoad } from "./drawing.ts";
import { type FaultPace, type Kill, makeFaults, type ServiceOutage } from "./faults.ts";
import { figuresOf } from "./figures.ts";
import { planLoad } from "./plan.ts";
import { bar, progressTo } from "./progress.ts";
import { type LoadedStack, startLoadedStack } from "./stack.ts";
import { type Answer, sendLoad } from "./traffic.ts";

type LoadEffort = Effort & {
  /** How long the load lasts. Default: 5, and a quarter in short. */
  readonly minutes?: number;
  /** First deliveries a second. Default: 30. */
  readonly rate?: number;
  /** Where the drawing goes. Default: nowhere. */
  readonly drawing?: string;
};

/** A short run must have its faults, too. */
const paces: Readonly<Record<Effort["size"], FaultPace>> = {
  short: { kills: [1.5, 2.5], outages: [3, 6], lasting: [0.5, 2] },
  full: { kills: [2, 5], outages: [6, 16], lasting: [0.5, 5] },
};
const leastFaults = { short: { kills: 4, outages: 2 }, full: { kills: 40, outages: 20 } } as const;
const mostFailures = 30;
const drainSeconds = 180;

/**
 * Puts the running local stack under load, kills its processes and makes its table and queues unwell meanwhile, and
 * compares what was acked with what came out. What was done is read from the processors' own record of their effects.
 */
export async function proveLoad(effort: LoadEffort): Promise<Part> {
  const { size, seed, rate = 30, minutes = size === "full" ? 5 : 0.25 } = effort;
  const seconds = Math.round(minutes * 60);
  const loaded = await startLoadedStack();
  try {
    const { record, from, drainedAfter } = await runLoad(loaded, effort, seconds, rate);
    const verdict = checkLoad(record);
    const runtime = "Deno" in globalThis ? "Deno" : `Node ${process.versions.node}`;
    const machine = { cores: availableParallelism(), loadAverage: loadavg()[1] ?? 0, runtime };
    const setting = { seconds, rate, seed, ...machine, errors: loaded.errors, starts: loaded.starts() };
    if (effort.drawing !== undefined) {
      const title = `${rate} deliveries a second, processes killed, table and queues unwell`;
      writeFileSync(effort.drawing, drawLoad(record.answers, record.faults, from, title));
    }
    const more = verdict.failures.length - mostFailures;
    return {
      title: "The running stack under load, its processes killed",
      markdown: figuresOf(record, verdict, { ...setting, drainSeconds: drainedAfter }),
      failures: [
        ...verdict.failures.slice(0, mostFailures),
        ...(more > 0 ? [`and ${more} more that do not hold`] : []),
      ],
    };
  } finally {
    await loaded.close();
  }
}

async function runLoad({ stack, ...loaded }: LoadedStack, effort: LoadEffort, seconds: number, rate: number) {
  const { size, seed, progress } = effort;
  // One stream of random numbers each: what one of them takes changes nothing for the others.
  const events = planLoad(seconds, rate, randomOf(seed));
  const answers: Answer[] = [];
  const faults = { kills: [] as Kill[], outages: [] as ServiceOutage[] };
  const from = Date.now();
  let state = "";
  const say = () => {
    const part = Math.min(1, (Date.now() - from) / (seconds * 1000));
    const { kills, outages } = faults;
    progress(bar(part, `load: ${answers.length} answers, ${kills.length} kills, ${outages.length} outages${state}`));
  };
  const ticking = setInterval(say, 500);
  const stop = new AbortController();
  try {
    const unwell = makeFaults(stack, { pace: paces[size], random: randomOf(seed + 1), stop: stop.signal, ...faults });
    const sending = sendLoad(events, stack.run, {
      random: randomOf(seed + 2),
      answered: (answer) => answers.push(answer),
    });
    await Promise.race([Promise.all([sending, unwell]), delay(seconds * 1000)]);
    stop.abort();
    state = "; waiting for the rest";
    await Promise.all([sending, unwell]);
    const sent = Date.now();
    const left = await loaded.drained(drainSeconds);
    const record: LoadRecord = {
      events,
      answers,
      effects: loaded.effects(),
      letters: await loaded.letters(),
      faults,
      complaints: loaded.complaints,
      left,
      least: leastFaults[size],
    };
    return { record, from, drainedAfter: Math.ceil((Date.now() - sent) / 1000) };
  } finally {
    stop.abort();
    clearInterval(ticking);
  }
}

async function main(): Promise<void> {
  const options = {
    minutes: { type: "string" },
    rate: { type: "string" },
    seed: { type: "string" },
    short: { type: "boolean", default: false },
    /** Writes `docs/measured/load.md` and `docs/measured/load.svg`. */
    write: { type: "boolean", default: false },
  } as const;
  const { values } = parseArgs({ options });
  const { minutes, rate, short, write } = values;
  const seed = values.seed === undefined ? freshSeed : Number(values.seed);
  console.log(`seed ${seed}`);
  const docs = fileURLToPath(new URL("../../../docs/measured/", import.meta.url));
  const part = await proveLoad({
    size: short ? "short" : "full",
    seed,
    progress: progressTo(),
    ...(minutes === undefined ? {} : { minutes: Number(minutes) }),
    ...(rate === undefined ? {} : { rate: Number(rate) }),
    ...(write ? { drawing: `${docs}load.svg` } : {}),
  });
  console.log(`\n# ${part.title}\n\n${part.markdown}\n`);
  if (write) {
    // The table of steady.ts stays.
    const [, rest = ""] = readFileSync(`${docs}load.md`, "utf8").split(/^(?=## Without faults)/m);
    writeFileSync(`${docs}load.md`, `${page(part, process.argv.slice(2))}${rest === "" ? "" : `\n${rest}`}`);
  }
  for (const failure of part.failures) console.error(`does not hold: ${failure}`);
  process.exitCode = part.failures.length === 0 ? 0 : 1;
}

function page({ title, markdown, failures }: Part, args: readonly string[]): string {
  const verdict = failures.length === 0 ? "All of it holds." : failures.map((failure) => `- ${failure}`).join("\n");
  return `# ${title}\n\nMeasured by \`node test/proof/load/load.ts ${args.join(" ")}\`.\n\n![Answers, latency and faults over time](load.svg)\n\n${verdict}\n\n${markdown}\n`;
}

if (import.meta.main) await main();
