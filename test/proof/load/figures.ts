import type { LoadRecord, Verdict } from "./checker.ts";

/** What surrounds the figures: how the run was made. */
type Setting = {
  readonly seconds: number;
  readonly rate: number;
  readonly seed: number;
  readonly cores: number;
  /** Of the machine over the last 5 minutes, at the end of the run. */
  readonly loadAverage: number;
  readonly runtime: string;
  readonly errors: ReadonlyMap<string, number>;
  readonly starts: number;
  readonly drainSeconds: number;
};

const how = `The local stack, with fast retries, is delivered events over HTTP at a steady rate, whatever it answers: half of them
2 to 5 times at once; 6 in 10 by a provider that tries again after 0.5 to 12 s, 4 in 10 by one that never does. Verifier
and processor processes are killed with SIGKILL. The table and the queues hang, answer 500, or do what they are asked
and answer 500; the table also refuses connections. 5 % of the events fail first, 2 % for good.

Acked means that a delivery was answered 2xx. Done is read from the file to which each run appends its effect, not
from the table. The traffic, the table and the queues share one process and the machine with other work, so latencies
say how the stack stood this, not how fast it is.`;

/** The run in tables of figures that were measured in it. */
export function figuresOf(record: LoadRecord, verdict: Verdict, setting: Setting): string {
  const { answers, events, faults } = record;
  const { acked, done, dead, lost, refused, runs, repeatedRuns, repeatedEffects } = verdict;
  const both = [...acked].filter((id) => done.has(id) && dead.has(id)).length;
  const first = answers.filter(({ tries }) => tries === 1).length;
  const resent = answers.length - first;
  const outages = (service: string) => faults.outages.filter((outage) => outage.service === service);
  const unwell = (service: string) =>
    Math.round(outages(service).reduce((sum, { from, until }) => sum + until - from, 0) / 1000);
  const killed = (target: string) => faults.kills.filter((kill) => kill.target === target).length;
  const times = answers.filter(({ status }) => status === 200).map(({ milliseconds }) => milliseconds);
  const rows: readonly (readonly [string, string | number])[] = [
    ["asked for", `${setting.rate} first deliveries a second for ${setting.seconds} s`],
    ["machine", `${setting.cores} cores, load average ${setting.loadAverage.toFixed(1)}, ${setting.runtime}`],
    ["seed", setting.seed],
    ["events", events.length],
    ["deliveries", `${answers.length}, ${resent} of them tried again by the provider`],
    ["verifier processes killed", killed("verifier")],
    ["processor processes killed", killed("processor")],
    ["processes started", setting.starts],
    ["outages of the table", `${outages("table").length}, ${unwell("table")} s together`],
    ["outages of the queues", `${outages("queues").length}, ${unwell("queues")} s together`],
    ["events answered 2xx (acked)", acked.size],
    ["of these done, by the effect log", [...acked].filter((id) => done.has(id)).length],
    [
      "of these in a DLQ, with a reason",
      `${[...acked].filter((id) => dead.has(id)).length} (${both} of them done, too)`,
    ],
    ["messages in the DLQs, one for each copy", record.letters.length],
    ["**acked − (done + in a DLQ)**", `**${lost.length}**`],
    [
      "events never acked",
      `${refused.length}, ${refused.filter(({ id }) => done.has(id)).length} of them done all the same`,
    ],
    ["repeated effects", sum(repeatedEffects)],
    ["queues empty after the load", record.left === 0 ? `within ${setting.drainSeconds} s` : "no"],
    ["latency of a 200, p50 / p95 / p99", [50, 95, 99].map((p) => `${percentile(times, p)} ms`).join(" / ")],
  ];
  return [
    how,
    table(["figure", "measured"], rows),
    table(["answer", "deliveries"], counted(answers.map(({ status, outcome }) => answerText(status, outcome)))),
    table(["runs of one event", "events"], runsPerEvent(runs.map(({ key }) => key))),
    ...ifAny(["why an event ran again", "runs"], repeatedRuns),
    ...ifAny(["why an effect was made again", "effects"], repeatedEffects),
    ...ifAny(["error in the Lambdas' logs", "lines"], setting.errors),
    ...refusedText(refused),
  ].join("\n\n");
}

/** The value below which so many of a hundred lie; 0 of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0);
}

function answerText(status: number, outcome: string): string {
  return status === 0 ? outcome : `${status} ${outcome}`;
}

/** How many events had so many runs. */
function runsPerEvent(keys: readonly string[]): readonly (readonly [string, number])[] {
  const runs = Array.from(Map.groupBy(keys, (key) => key).values(), (found) => found.length);
  return counted(runs.sort((a, b) => a - b).map(String));
}

function counted(names: readonly string[]): readonly (readonly [string, number])[] {
  return Array.from(
    Map.groupBy(names, (name) => name),
    ([name, found]) => [name, found.length],
  );
}

function refusedText(refused: Verdict["refused"]): readonly string[] {
  if (refused.length === 0) return [];
  const shown = refused.slice(0, 40).map(({ id, source, status }) => `${id} (${source}, ${status || "no answer"})`);
  const more = refused.length > shown.length ? ` and ${refused.length - shown.length} more` : "";
  return [`Never acked, with the last answer: ${shown.join(", ")}${more}.`];
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function ifAny(head: readonly [string, string], counts: ReadonlyMap<string, number>): readonly string[] {
  return counts.size === 0 ? [] : [table(head, [...counts])];
}

function table(head: readonly [string, string], rows: readonly (readonly [string, string | number])[]): string {
  return [head, ["---", "---:"] as const, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
