import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { postEvents } from "./post-events.ts";
import { forget, startRun } from "./started-run.ts";
import { comparisonTable } from "./tables.ts";

// Compares the local runs of two checkouts, in turn, since the machine is never twice the same: start, memory, throughput.
// node --import ./infra/require-node.js bench/local-run.ts --before FOLDER --after FOLDER [--rounds 3] [--events 400]

/** The figures of one checkout in one round. */
type Figures = Readonly<Record<(typeof rows)[number], number>>;

const rows = ["first start s", "cold start s", "warm start s", "memory MB", "events/s", "CPU ms/event"] as const;

const { values } = parseArgs({
  options: {
    before: { type: "string" },
    after: { type: "string" },
    rounds: { type: "string", default: "3" },
    events: { type: "string", default: "400" },
    concurrency: { type: "string", default: "16" },
  },
});
const { before, after } = values;
const [rounds, events, concurrency] = [values.rounds, values.events, values.concurrency].map(Number);
if (before === undefined || after === undefined || !rounds || !events || !concurrency) {
  console.error("Give --before FOLDER and --after FOLDER; --rounds, --events and --concurrency take numbers above 0");
  process.exit(2);
}

async function measure(checkout: string, count: number, atOnce: number): Promise<Figures> {
  forget(checkout, "all");
  const first = await startRun(checkout);
  await first.end();
  forget(checkout, "changed");
  const cold = await startRun(checkout);
  await cold.end();
  const warm = await startRun(checkout);
  try {
    // The processes of the functions start with the first events.
    await postEvents(warm, Math.min(count, 20), atOnce);
    await warm.settled();
    const used = warm.cpuSeconds();
    const seconds = await postEvents(warm, count, atOnce);
    const cpu = ((warm.cpuSeconds() ?? Number.NaN) - (used ?? Number.NaN)) * 1000;
    return {
      "first start s": first.seconds,
      "cold start s": cold.seconds,
      "warm start s": warm.seconds,
      "memory MB": warm.megabytes(),
      "events/s": count / seconds,
      "CPU ms/event": cpu / count,
    };
  } finally {
    await warm.end();
  }
}

const measured: { readonly before: Figures; readonly after: Figures }[] = [];
for (let round = 0; round < rounds; round++) {
  measured.push({
    before: await measure(resolve(before), events, concurrency),
    after: await measure(resolve(after), events, concurrency),
  });
}
console.log(`Medians of ${rounds} rounds, ${events} events, ${concurrency} at once\n`);
const of = (row: (typeof rows)[number]) => ({
  name: row,
  before: measured.map((round) => round.before[row]),
  after: measured.map((round) => round.after[row]),
});
console.log(comparisonTable(rows.map(of)));
