import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { seed as freshSeed, randomOf } from "../../seed.ts";
import type { Fate } from "./effect.ts";
import { percentile } from "./figures.ts";
import type { PlannedEvent } from "./plan.ts";
import { progressTo } from "./progress.ts";
import { type LoadedStack, startLoadedStack } from "./stack.ts";
import { type Answer, sendLoad } from "./traffic.ts";

// The local run under load, and nothing goes wrong: how long an answer takes, and how long until the event is processed.
// node test/proof/load/steady.ts [--share 1] [--seed N] [--write]; a share of 0.1 has a tenth of the events.

/** So many a second for so many seconds, one after the other. */
type Load = { readonly name: string; readonly rates: readonly (readonly [perSecond: number, seconds: number])[] };

/** The time from an event's send to its answer, and to its effect, in milliseconds. */
type Measured = { readonly events: number; readonly answered: readonly number[]; readonly done: readonly number[] };

const loads: readonly Load[] = [
  { name: "20 a second", rates: [[20, 60]] },
  { name: "50 a second", rates: [[50, 60]] },
  { name: "100 a second", rates: [[100, 30]] },
  {
    name: "10 a second, and 100 for 10 s",
    rates: [
      [10, 10],
      [100, 10],
      [10, 20],
    ],
  },
];
const redriven = 2000;
const heading = "## Without faults";
const longestMilliseconds = 300_000;

function plan(name: string, { rates }: Pick<Load, "rates">, fate: Fate, random: () => number): readonly PlannedEvent[] {
  const events: PlannedEvent[] = [];
  let from = 0;
  for (const [perSecond, seconds] of rates) {
    const count = Math.round(perSecond * seconds);
    for (let index = 0; index < count; index++) {
      // A redrive is of one queue.
      const source = fate === "dies-first" || random() < 0.4 ? "github" : "stripe";
      const at = from + (index / perSecond) * 1000;
      events.push({ id: `${name}-${events.length}`, source, fate, copies: 1, at });
    }
    from += seconds * 1000;
  }
  return events;
}

async function send(loaded: LoadedStack, events: readonly PlannedEvent[], random: () => number) {
  const answers: Answer[] = [];
  await sendLoad(events, loaded.stack.run, { random, answered: (answer) => answers.push(answer) });
  const refused = answers.filter(({ status }) => status !== 200);
  if (refused.length > 0) throw new Error(`${refused.length} of ${events.length} were answered ${refused[0]?.status}`);
  return answers;
}

/** The time of each event's effect, once all have one. */
async function effectsOf(loaded: LoadedStack, events: readonly PlannedEvent[]): Promise<ReadonlyMap<string, number>> {
  const ids = new Set(events.map(({ id }) => id));
  for (const began = performance.now(); performance.now() - began < longestMilliseconds; await delay(200)) {
    const ended = loaded.effects().filter(({ id, what }) => what === "end" && ids.has(id));
    const found = new Map(ended.map(({ id, at }) => [id, at]));
    if (found.size === ids.size) return found;
  }
  throw new Error(`Not all of ${events.length} events were processed in ${longestMilliseconds / 1000} s`);
}

async function measure(loaded: LoadedStack, load: Load, random: () => number): Promise<Measured> {
  const events = plan(load.name.replaceAll(/\W+/g, "-"), load, "succeeds", random);
  const answers = await send(loaded, events, random);
  const effects = await effectsOf(loaded, events);
  const done = answers.map(({ id, at }) => (effects.get(id) ?? Number.NaN) - at);
  return { events: events.length, answered: answers.map(({ milliseconds }) => milliseconds), done };
}

/** Events that died are redriven at once: from the redrive to each effect. */
async function measureRedrive(loaded: LoadedStack, count: number, random: () => number): Promise<Measured> {
  const events = plan("redriven", { rates: [[50, count / 50]] }, "dies-first", random);
  await send(loaded, events, random);
  for (const began = performance.now(); (await loaded.dead()) < events.length; await delay(200)) {
    if (performance.now() - began > longestMilliseconds) throw new Error("The events that are to die do not");
  }
  const began = Date.now();
  await loaded.redrive();
  const effects = await effectsOf(loaded, events);
  return { events: events.length, answered: [], done: Array.from(effects.values(), (at) => at - began) };
}

function row(name: string, { events, answered, done }: Measured): string {
  const cells = (times: readonly number[]) => {
    return [50, 95, 99].map((percent) => (times.length === 0 ? "" : percentile(times, percent)));
  };
  return `| ${[name, events, ...cells(answered), ...cells(done), loadavg()[0]?.toFixed(1)].join(" | ")} |`;
}

const { values } = parseArgs({
  options: {
    share: { type: "string", default: "1" },
    seed: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const share = Number(values.share);
const seed = values.seed === undefined ? freshSeed : Number(values.seed);
const random = randomOf(seed);
const progress = progressTo();
console.log(`seed ${seed}`);
const loaded = await startLoadedStack();
try {
  // The processes of the functions start with the first events.
  await measure(loaded, { name: "warm up", rates: [[20, 10 * share]] }, random);
  const rows: string[] = [];
  for (const load of loads) {
    progress(load.name);
    const rates = load.rates.map(([perSecond, seconds]) => [perSecond, seconds * share] as const);
    rows.push(row(load.name, await measure(loaded, { ...load, rates }, random)));
  }
  progress("a redrive");
  rows.push(row(`a redrive of ${redriven * share}`, await measureRedrive(loaded, redriven * share, random)));
  const text = `${heading}

Measured by \`node test/proof/load/steady.ts ${process.argv.slice(2).join(" ")}\`, seed ${seed}, Node ${process.versions.node}, ${availableParallelism()} cores.

Events come at their times, however slow the answers are, and each is sent once. "Done" is the time from its send, or from the
redrive, to its effect, in which a run takes 5 to 40 ms. The traffic shares the machine with the stack, and the load of all of it in
the minute before stands in the last column. Times in milliseconds.

| load | events | answered, p50 | p95 | p99 | done, p50 | p95 | p99 | load average |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}
`;
  console.log(text);
  if (values.write) {
    const page = new URL("../../../docs/measured/load.md", import.meta.url);
    const [before = ""] = readFileSync(page, "utf8").split(heading);
    writeFileSync(page, `${before.trimEnd()}\n\n${text}`);
  }
} finally {
  await loaded.close();
}
