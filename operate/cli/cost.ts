import { parseArgs } from "node:util";
import { assumed, bill, type Item, type Load, sumOf } from "../cost/bill.ts";
import { type Rest, restBill, restOf } from "../cost/fixed.ts";
import { others, priceOf, prices, pricesRead } from "../cost/prices.ts";
import { taskArguments } from "./task-arguments.ts";
import { runCommand } from "./terminal.ts";

const usage = `cost says what a month costs, item by item
  --events N   events a month; default: 1000000
  --size KB    of a body; default: 5
  --batch N    events that a processor is handed at a time, 1 to 10; default: 5`;

const options = {
  events: { type: "string", default: "1000000" },
  size: { type: "string", default: "5" },
  batch: { type: "string", default: "5" },
} as const;

/** What ten million events are to cost at most, a million. */
const aim = 5;

/**
 * Runs `cost`: prints the bill of a month.
 *
 * @param count Counts what costs at rest; default: by synthesizing the stack.
 * @throws {TypeError} For arguments that cannot be.
 */
export function cost(
  args: readonly string[],
  print: (line: string) => void,
  count: (types: number) => Rest = restOf,
): void {
  const given = taskArguments(args);
  const { values, positionals } = parseArgs({ args: given, options, allowPositionals: true });
  if (positionals.length > 0) throw new TypeError(usage);
  const load: Load = {
    events: within("--events", values.events, 1, 1e12),
    size: within("--size", values.size, 0, 4500),
    batch: within("--batch", values.batch, 1, 10),
  };
  const items = bill(load);
  const sum = sumOf(items);
  print(`${load.events} events a month of ${load.size} KB, one processor each, ${load.batch} at a time; USD`);
  print(`list prices, us-east-1, read ${pricesRead} from secondary sources; free tiers left out`);
  print("");
  print(row("", "function URL", "HTTP API"));
  for (const { item, url, api } of items) print(row(item, usd(url), usd(api)));
  print(row("events in all", usd(sum.url), usd(sum.api)));
  const million = (total: number) => usd((total / load.events) * 1e6);
  print(row("a million", million(sum.url), million(sum.api)));
  print("");
  print("at rest, without any event");
  for (const types of [5, 200]) printRest(count(types), print);
  print("");
  for (const line of [...otherLists(load.events), "", ...aimed(load, count(5)), "", ...sources()]) print(line);
}

function printRest(rest: Rest, print: (line: string) => void): void {
  const lines = Object.entries(restBill(rest));
  print(row(`${rest.types} event types`, usd(lines.reduce((sum, [, one]) => sum + one, 0))));
  for (const [item, one] of lines) print(row(`  ${item}`, usd(one)));
}

function otherLists(events: number): readonly string[] {
  const { svix, hookdeck, read } = others;
  const messages = Math.max(0, events - svix.free) * svix.message;
  const over = events > hookdeck.included ? ", and more for each event above: not in the capture" : "";
  return [
    `list prices of others, read ${read}`,
    row("Svix (sends, a different product)", usd(messages), `${usd(messages + svix.professional)} Professional`),
    row("Hookdeck, from", usd(hookdeck.team), `${usd(hookdeck.growth)} Growth${over}`),
  ];
}

/** Whether ten million a month keep to the aim through the function URL, by batch size, and what they do not keep to it by. */
function aimed(load: Load, rest: Rest): readonly string[] {
  const events = 10_000_000;
  const atRest = (Object.values(restBill(rest)).reduce((sum, one) => sum + one, 0) / events) * 1e6;
  const lines = [1, 5, 10].map((batch) => {
    const items = bill({ ...load, events, batch });
    const each = (sumOf(items).url / events) * 1e6;
    const says =
      each <= aim ? "kept" : `missed, since each batch costs three requests: ${requests(items, events)} of it`;
    return `  ${batch} at a time: ${usd(each)} a million, ${says}; ${usd(each + atRest)} with what is at rest of ${rest.types} event types`;
  });
  return [`${aim} USD a million at 10 million a month through the function URL`, ...lines];
}

/** What SQS and Lambda take for requests, a million events. */
function requests(items: readonly Item[], events: number): string {
  const found = items.filter(({ item }) => item === "SQS requests" || item === "Lambda requests");
  return usd((sumOf(found).url / events) * 1e6);
}

/** Lambda samples the first request of a second and 5 % of the rest; were it a steady stream, so many of a month's. */
function traces(requests: number): number {
  const seconds = Math.min(requests, 2_600_000);
  return seconds + 0.05 * (requests - seconds);
}

function sources(): readonly string[] {
  return [
    "Counted over the real adapters: writes, sends, receives, bytes of records and log lines (test/infra/cost).",
    `Assumed: ${assumed.duplicates * 100} % duplicates, ${assumed.verifierMilliseconds} ms of the verifier, ${assumed.processorMilliseconds} ms of your code for each event,`,
    `${assumed.platformLogBytes} bytes of Lambda's own log lines an invocation, five pollers a queue.`,
    "Not in it: data sent out, what your processors use, custom metrics that no alarm watches, support, taxes, and",
    `X-Ray, where a stage has it on (${usd((priceOf("trace", traces(10_000_000)) / 10_000_000) * 1e6)} a million at 10 million a month).`,
    ...Object.entries(prices).map(
      ([name, { usd: price, per, source }]) => `  ${name}: ${price} for each ${per} (${source})`,
    ),
  ];
}

function row(item: string, ...cells: readonly string[]): string {
  return `${item.padEnd(36)}${cells.map((cell) => ` ${cell}`.padStart(14)).join("")}`.trimEnd();
}

function usd(amount: number): string {
  return amount.toFixed(2);
}

function within(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= least && number <= most) return number;
  throw new TypeError(`Cannot say what it costs: ${name} takes a number from ${least} to ${most}, received "${text}"`);
}

if (import.meta.main) await runCommand(cost);
