import { writeFileSync } from "node:fs";
import process from "node:process";
import { defaults } from "../../lambdas/core/processing/processor-options.ts";
import { archiveBill, assumed, bill, sumOf } from "./bill.ts";
import { burstOf } from "./burst.ts";
import { chart } from "./chart.ts";
import { quotas } from "./quotas.ts";
import { restBill, restOf } from "./rest.ts";
import { archiveCapacity, askedAt, bodyKilobytes, firstToBreak, rateAtQuota, unboundedAt } from "./scale.ts";

/** The page and the drawings that this file makes. */
export const page = new URL("../../docs/scale.md", import.meta.url);
const drawings = {
  share: new URL("../../docs/scale.svg", import.meta.url),
  burst: new URL("../../docs/scale-burst.svg", import.meta.url),
} as const;

const rates = [10, 100, 1000, 10_000] as const;
const bases = [10, 100, 1000] as const;
const monthSeconds = 30 * 24 * 3600;

/** The page and its drawings, by their addresses. */
export function scalePages(): readonly (readonly [URL, string])[] {
  return [
    [page, scalePage()],
    [drawings.share, shareDrawing()],
    [drawings.burst, burstDrawing()],
  ];
}

function scalePage(): string {
  return `# At scale

Made by \`node test/cost/scale-page.ts --write\`, by [a model](../test/cost/scale.ts) from the requests that [a test
counts](../test/cost/counts.test.ts) and the times that [the bill](cost.md) assumes: ${assumed.verifierMilliseconds + assumed.archiveVerifierMilliseconds} ms of the verifier with an archive, ${assumed.processorMilliseconds} ms of your
code for an event, ${assumed.duplicates * 100} % duplicates. All events are of one event type, ${bodyKilobytes} KB each, one a batch: the least that spreads, and
the most requests. Nothing here was measured on AWS.

## What each service is asked for

In the unit of its quota. Bold is above the default quota. An event type's \`maxConcurrency\` and the verifier's
\`reservedConcurrency\` bound runs further.

${table(["a second", ...rates.map(count), "by default", "unit"], askedRows())}

![The share of each default quota over events a second](scale.svg)

The lines of API Gateway, the verifier's requests, Lambda and the table lie on each other, near a hundred percent at 10,000 a second.

## What breaks first

${table(["from events a second", "what", "what to do"], breakRows())}

${rates.map((rate) => `- **${count(rate)} a second**: ${verdict(rate)}`).join("\n")}

A table grows by itself: what it wrote before, doubled, is ready at once, and more within 30 minutes. A write that is throttled is
no lost event: dedupe fails open (\`dedupe unavailable\`), and a processor's claim is retried. A request that Lambda or API
Gateway has no place for is answered 429 by AWS, and providers retry it or do not. An archive that is behind catches up when the rate
falls, for as long as its queue keeps events.

Before any of these, \`maxConcurrency\` of an event file bounds its type: ${defaults.maxConcurrency} by default, so ${count(Math.floor(typeRate))} events a second, one a batch. More wait in
its queue; this page takes it as raised. And a queue whose processor fails holds its events in flight during their back-off, ${retryHours[0]} to ${retryHours[1]}
hours in all: ${count(Math.floor(failingRate(retryHours[1])))} to ${count(Math.floor(failingRate(retryHours[0])))} events a second that fail reach ${count(quotas.inFlight.most)} in the end. Then SQS hands out no more of that queue, and events that would
be done wait, too, until some are dead: pause the processor, or let events that cannot succeed throw \`PermanentError\`.

To shard, give some sources a stage of their own: each has its own table, queues and archive. Stages of one account and region share
Lambda's concurrency and API Gateway's throttle; another account or region has its own.

## The bill

USD a month at that rate all the time, by list prices without any discount for volume: with the archive, without X-Ray, through the
function URL, as if the archive kept up; at rest, a stage of five event types.

${table(["events a second", "million events a month", "1 event a batch", "5 events a batch", "at rest"], billRows())}

## A burst

Ten times the rate, for five minutes, under default quotas ([simulated](../test/cost/burst.ts) second by second). Lambda adds at most
${count(quotas.scalingRate.most)} environments of a function in 10 s, and a mapping ${quotas.mappingGrowth.most} batches at once a minute while events wait.

${table(["", ...bases.map((base) => `${count(base)} → ${count(base * 10)} a second`)], burstRows())}

![Events that wait, by second](scale-burst.svg)

Left out: providers' retries of what was throttled, cold starts, and writes above what a table is ready for, which DynamoDB may throttle
or take. Where a burst is expected, warm the table up (\`WarmThroughput\`), raise Lambda's concurrency and reserve some for the verifier.

## Quotas

${table(["quota", "by default", "unit", "source, read 2026-11-29"], quotaRows())}

The archive's function can store ${count(Math.floor(archiveCapacity()))} events a second: two runs at once, of ${assumed.archiveMilliseconds} ms a batch of 6 MiB and ${assumed.archiveMillisecondsAnEvent} ms an event. SQS names
no quota of requests for a standard queue. No quota was found of the log lines that CloudWatch Logs takes from Lambda.
`;
}

function askedRows(): readonly (readonly string[])[] {
  const unbounded = rates.map(unboundedAt);
  const without = (unbounded[0] ?? []).map(({ name, unit }, index) => [
    name,
    ...unbounded.map((asked) => figure(asked[index]?.asked ?? 0)),
    "",
    unit,
  ]);
  return [...boundedRows(), ...without];
}

function boundedRows(): readonly (readonly string[])[] {
  const all = rates.map(askedAt);
  return (all[0] ?? []).map(({ name, most, unit }, index) => [
    name,
    ...all.map((asked) => {
      const value = asked[index]?.asked ?? 0;
      return value > most ? `**${figure(value)}**` : figure(value);
    }),
    count(Math.floor(most)),
    unit,
  ]);
}

/** The services by the rate at which their default is used up, the first to break first. */
function breakRows(): readonly (readonly string[])[] {
  return askedAt(1)
    .map(({ name, remedy }) => ({ name, remedy, rate: rateAtQuota(name) }))
    .filter(({ rate }) => rate <= 20_000)
    .sort((one, other) => one.rate - other.rate)
    .map(({ name, remedy, rate }) => [count(Math.floor(rate)), name, remedy]);
}

/** Events a second of one type under the default of `maxConcurrency`, one a batch. */
const typeRate = defaults.maxConcurrency / (assumed.processorMilliseconds / 1000);

/** The hours over which the default number of receives is spread: see `retry.attempts` of an event file. */
const retryHours = [3, 6] as const;

/** Failing events a second that fill a queue's messages in flight within so many hours. */
const failingRate = (hours: number) => quotas.inFlight.most / (hours * 3600);

function verdict(rate: number): string {
  const broken = askedAt(rate).filter(({ asked, most }) => asked > most);
  if (broken.length > 0) return `above the defaults of ${broken.map(({ name }) => name).join("; ")}.`;
  const { name, asked, most } = firstToBreak(rate);
  return `nothing breaks; nearest is ${name}, at ${Math.round((100 * asked) / most)} % of its default.`;
}

function billRows(): readonly (readonly string[])[] {
  const rest = sumOf(restBill(restOf(5)));
  return rates.map((rate) => {
    const millions = (rate * monthSeconds) / 1_000_000;
    const archive = sumOf(archiveBill({ size: bodyKilobytes, millions }));
    const month = (batch: number) => (sumOf(bill({ size: bodyKilobytes, batch })) + archive) * millions;
    return [count(rate), figure(millions), count(Math.round(month(1))), count(Math.round(month(5))), rest.toFixed(2)];
  });
}

function burstRows(): readonly (readonly string[])[] {
  const all = bases.map((base) => burstOf(base));
  const row = (name: string, of: (burst: ReturnType<typeof burstOf>) => string) => [name, ...all.map(of)];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    row("runs at once, at most", ({ concurrency }) => count(Math.ceil(concurrency))),
    row("deliveries without a place in Lambda", ({ throttledShare }) => percent(throttledShare)),
    row("events that wait, at most", ({ backlog }) => count(Math.ceil(backlog))),
    row("longest wait, s", ({ longestWait }) => longestWait.toFixed(1)),
    row("until none waits after the burst, s", ({ drained }) => String(drained)),
    row("writes above what the table is ready for", ({ writesAboveShare }) => percent(writesAboveShare)),
  ];
}

function quotaRows(): readonly (readonly string[])[] {
  return Object.entries(quotas).map(([name, { most, unit, source }]) => [name, count(most), unit, `<${source}>`]);
}

function shareDrawing(): string {
  const all = [1, 10, 100, 1000, 10_000, 100_000];
  const shares = [0.1, 1, 10, 100, 1000];
  const [least = 0, most = 0] = [shares[0], shares.at(-1)];
  const series = askedAt(1).map(({ name }) => {
    const rateAt = (percent: number) => (rateAtQuota(name) * percent) / 100;
    // Straight where both axes are logarithms: from the lower edge to the upper one, within the rates.
    const ends = [Math.max(1, rateAt(least)), Math.min(100_000, rateAt(most))];
    return { name, points: ends.map((rate): [number, number] => [rate, (100 * rate) / rateAtQuota(name)]) };
  });
  return chart("Share of each default quota, in percent", {
    x: { label: "events a second", ticks: all, isLog: true },
    y: { label: "%", ticks: shares, isLog: true },
    series,
    mark: 100,
  });
}

function burstDrawing(): string {
  const series = bases.map((base) => ({
    name: `${count(base)} → ${count(base * 10)} a second`,
    points: burstOf(base).waiting.map((waits, second): [number, number] => [second, Math.max(1, waits)]),
  }));
  return chart("Events that wait for their processor, in a burst of five minutes", {
    x: { label: "seconds; the burst is from 60 to 360", ticks: [0, 60, 120, 180, 240, 300, 360, 420], isLog: false },
    y: { label: "events", ticks: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000], isLog: true },
    series,
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = (cell = "") => /^[\d.,*]*( %)?$/.test(cell);
  const line = head.map((_, column) => (rows.every((cells) => isNumber(cells[column])) ? "--:" : "---"));
  return [head, line, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Three digits, or all before the point. */
function figure(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

if (import.meta.main) {
  if (process.argv.includes("--write")) for (const [address, text] of scalePages()) writeFileSync(address, text);
  else process.stdout.write(scalePage());
}
