import { writeFileSync } from "node:fs";
import process from "node:process";
import { mostRefusals } from "../../lambdas/aws/log/refusal-limit.ts";
import { archiveBill, assumed, bill, httpApiBill, junkBill, type Load, sumOf } from "./bill.ts";
import { bytes, counts } from "./counts.ts";
import { type Price, priceOf, prices } from "./prices.ts";
import { idleQueue, type Rest, restBill, restOf, runs } from "./rest.ts";

/** The page that this file makes. */
export const page = new URL("../../docs/cost.md", import.meta.url);

const size = 5;
const batches = [1, 5] as const;
const sizes = [1, 5, 20, 50, 150, 600] as const;
const types = [5, 200] as const;
const archivedMillions = [1, 10] as const;
/** A month that the bill at rest is spread over. */
const millions = 10;

/** What a stage costs, as `docs/cost.md` says it: of counted requests and list prices. */
export function costPage(): string {
  const rests = types.map((count) => restOf(count));
  const small = (["few", "all"] as const).map((alarms) => restOf(12, 11, alarms));
  return `# What it costs

USD, by list prices of us-east-1, free tiers left out. Made by \`node test/cost/page.ts --write\`: requests, bytes of records and log
lines are counted in a run of the verifier and of a processor ([test/cost](../test/cost/counts.test.ts)), what is at rest in a
synthesized stage.

## A million events

${size} KB a body, one processor for each event, through the function URL. Lambda hands a processor one event at a time where
traffic is quiet, and more where events wait: each batch costs a receive, a deletion and an invocation.

${table(["", ...batches.map((batch) => `${batch} event${batch > 1 ? "s" : ""} a batch`)], eventRows(rests[0]))}

${table(["a million events of", ...batches.map((batch) => `${batch} a batch`)], sizes.map(sizeRow))}

An envelope over 256 KiB goes through the bucket; SQS counts chunks of 64 KiB, in base64.

## The archive

The archive adds so much for a million events, ${size} KB a body, kept for 14 days: an object for each minute and poller. It is not in
the tables above; \`archive: false\` of a stage saves it.

${table(["", ...archivedMillions.map((count) => `${count} million a month`)], archiveRows())}

With it, a million events cost ${withArchive(1, 1)} at one event a batch and ${withArchive(5, 1)} at five where a million come a month, and
${withArchive(1, 10)} and ${withArchive(5, 10)} where ten million do.

## A million junk posts

Anybody can post to an entrance. A body that nobody signed reaches no table, no queue and no bucket, and starts no processor. Of
refusals, ${mostRefusals} a minute, source and environment have a line of their own; the rest are counted. The body has ${size} KB; the HTTP API
counts each 512 KB as a request.

${table(["", "function URL", "HTTP API"], junkRows())}

A wrong signature has an environment fetch the source's secrets again, at most each 30 s. \`entrances.throttle\` of a stage bounds
the HTTP API's requests a second, 1,000 of them at this price for ${usd(floodDay())} a day; whether AWS charges for the requests that
it answers with 429 was not found. For the function URL, \`verifier.reservedConcurrency\` is the bound: Lambda takes ten times as many
requests a second (docs.aws.amazon.com, Lambda function URLs), and answers the rest with 429. Each is shared by strangers and
providers. A [firewall](waf.md) tells them apart by address.

## A month without any event

${table(["", ...types.flatMap((count) => [`${count} event types`, "USD"])], restRows(rests))}

A queue is polled by five pollers, for ${usd(idleQueue.limited)} a month, since its mapping has a limit (\`maxConcurrency\`, 5 by default). Without
one, Lambda [may go down to two](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html) while it is idle, for ${usd(idleQueue.unlimited)}.
Twenty event types share a source here. A stage under its defaults, with all its alarms; custom metrics that no alarm watches are
written only in hours in which they are not zero, and are not counted. The canary posts a signed delivery and a forged one to each
entrance; with its secret and its alarm it costs ${usd(canaryDifference())}, and \`canary: false\` saves that. While deliveries come, an environment of
the verifier fetches a source's secrets each 5 minutes: ${usd(secretReads())} a month, for each source and each environment that is never idle.

A small stage, of 12 event types over 11 sources, with the few alarms of \`alarms: "few"\` and with all:

${table(["", "few alarms", "USD", "all alarms", "USD"], restRows(small))}

## Counted

${table(
  ["for each", "requests"],
  Object.entries(counted).map(([what, requests]) => [what, listed(requests)]),
)}

## Assumed, and left out

Assumed: ${percent(assumed.duplicates)} duplicates, ${assumed.verifierMilliseconds} ms of the verifier (${assumed.verifierMegabytes} MB), ${assumed.processorMilliseconds} ms of your own code for each event (${assumed.processorMegabytes} MB),
${assumed.refusedMilliseconds} ms of the verifier for a refused delivery, five pollers a queue. The archive: ${assumed.archiveMilliseconds} ms a batch and ${assumed.archiveMillisecondsAnEvent} ms an event
of its function, ${assumed.archiveVerifierMilliseconds} ms of the verifier, bodies compressed to a part in ${assumed.archiveCompression}, two pollers while events come.

Lambda writes no line of its own for a run that succeeds (system log level WARN), by its documentation; a line of an environment's
first invocation has some 12 bytes more. Left out: data sent out, what your processors use, support, taxes, and X-Ray, where a stage has it on: ${usd(traces())} a million
events at ${millions} million a month. \`doctor\` asks Logs Insights for event types without a file and for refusals, two scans of a day of
the verifier's log: ${scans().toFixed(3)} a run at ${millions} million a month. Nothing is written for it.

## Prices

${table(
  ["what", "USD", "for each", "read where and when"],
  Object.entries<Price>(prices).map(([name, { usd, per, source }]) => [name, String(usd), per, source]),
)}
`;
}

const httpApiUsd = priceOf("httpApi", 1_000_000 * Math.ceil(size / 512));

const counted = {
  "first delivery of an event": counts.accepted,
  duplicate: counts.duplicate,
  "event that a processor runs": counts.processed,
  "run of an event that fails": counts.failed,
  "delivery that nobody signed": counts.refused,
  batch: counts.batch,
  "event in the archive, beside the rest": counts.archived,
  "object of the archive": counts.archiveObject,
  "body through the bucket": { ...counts.deposited, ...counts.collected },
  "fetch of a source's secrets": counts.secrets,
} as const;

function eventRows(rest: Rest | undefined): readonly (readonly string[])[] {
  const bills = batches.map((batch) => bill({ size, batch }));
  const items = bills[0] ?? [];
  const sums = bills.map(sumOf);
  const atRest = rest === undefined ? 0 : sumOf(restBill(rest)) / millions;
  return [
    ...items.map(({ item }, index) => [item, ...bills.map((one) => usd(one[index]?.usd ?? 0))]),
    ["**a million events**", ...sums.map((sum) => `**${usd(sum)}**`)],
    ["through the HTTP API", ...sums.map((sum) => usd(sum + httpApiBill(size)))],
    [
      `with what ${types[0]} event types cost at rest, at ${millions} million a month`,
      ...sums.map((sum) => usd(sum + atRest)),
    ],
  ];
}

function archiveRows(): readonly (readonly string[])[] {
  const bills = archivedMillions.map((millions) => archiveBill({ size, millions }));
  return [
    ...(bills[0] ?? []).map(({ item }, index) => [item, ...bills.map((one) => usd(one[index]?.usd ?? 0))]),
    ["**a million events more**", ...bills.map((one) => `**${usd(sumOf(one))}**`)],
  ];
}

function withArchive(batch: number, months: number): string {
  return usd(sumOf(bill({ size, batch })) + sumOf(archiveBill({ size, millions: months })));
}

function junkRows(): readonly (readonly string[])[] {
  const items = [...junkBill(), { item: "HTTP API", usd: httpApiUsd }];
  const rows = items.map(({ item, usd: amount }) => [item, usd(item === "HTTP API" ? 0 : amount), usd(amount)]);
  const [url, api] = [sumOf(junkBill()), sumOf(items)];
  return [...rows, ["**a million junk posts**", `**${usd(url)}**`, `**${usd(api)}**`]];
}

/** What 1,000 junk posts a second through the HTTP API cost in a day. */
function floodDay(): number {
  return ((sumOf(junkBill()) + httpApiUsd) * 1000 * 86_400) / 1_000_000;
}

function sizeRow(kilobytes: Load["size"]): readonly string[] {
  return [`${kilobytes} KB`, ...batches.map((batch) => usd(sumOf(bill({ size: kilobytes, batch }))))];
}

function restRows(rests: readonly Rest[]): readonly (readonly string[])[] {
  const bills = rests.map(restBill);
  return [
    ...(bills[0] ?? []).map(({ item }, index) => [
      item,
      ...bills.flatMap((one) => [String(one[index]?.count), usd(one[index]?.usd ?? 0)]),
    ]),
    ["**a month**", ...bills.flatMap((one) => ["", `**${usd(sumOf(one))}**`])],
  ];
}

/** What a canary adds a month, with its secret and its alarm. */
function canaryDifference(): number {
  const of = (canary: boolean) => sumOf(restBill(restOf(1, 1, "all", canary)));
  return of(true) - of(false);
}

/** What an environment that is never idle asks of Secrets Manager a month, for one source. */
function secretReads(): number {
  return priceOf("secretCall", counts.secrets.GetSecretValue * runs);
}

/** Lambda samples the first request of a second and 5 % of the rest; were it a steady stream, so much a million events. */
function traces(): number {
  const requests = millions * 1_000_000;
  const seconds = Math.min(requests, 2_600_000);
  return priceOf("trace", seconds + 0.05 * (requests - seconds)) / millions;
}

/** What a run of `doctor` costs: two queries, each over a day of the verifier's log. */
function scans(): number {
  const deliveries = (millions * 1_000_000 * (1 + assumed.duplicates)) / 30;
  return 2 * priceOf("logScan", deliveries * bytes.verifierLog);
}

function listed(requests: Readonly<Record<string, number>>): string {
  const names = Object.entries(requests).map(([name, count]) => `${count} \`${name}\``);
  return names.join(", ") || "none";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = head.map((_, column) => (rows.every((cells) => isNumber(cells[column])) ? "--:" : "---"));
  return [head, line, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function isNumber(cell = ""): boolean {
  return /^[\d.*]*$/.test(cell);
}

function usd(amount: number): string {
  return amount.toFixed(2);
}

function percent(share: number): string {
  return `${share * 100} %`;
}

if (import.meta.main) {
  if (process.argv.includes("--write")) writeFileSync(page, costPage());
  else process.stdout.write(costPage());
}
