import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { canaryReceiver } from "../measure/canary-receiver.ts";
import { type Answered, type Load, measure as measureSource } from "../measure/measure.ts";
import { type Starts, startsOf } from "../measure/starts.ts";
import { type Summary, summaryOf } from "../measure/summary.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { type Command, command, type Print, stageWord, usageError } from "./command.ts";
import { createProgress } from "./progress.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { holdInterruptions } from "./terminal.ts";

/** The limits of a measurement: an account's own are near where a stage takes more. */
const [mostEvents, highestRate] = [10_000, 200] as const;

const help = {
  name: "measure",
  says: "posts signed deliveries to the canary's source of a stage, and prints how soon they were acknowledged",
  takes: [stageWord],
  options: {
    events: { type: "string", value: "N", says: `so many deliveries, at most ${mostEvents}`, default: "100" },
    rate: { type: "string", value: "R", says: `so many a second, at most ${highestRate}`, default: "10" },
    ...stageOptions,
    json: { type: "boolean", says: "print one JSON object, as in docs/formats.md" },
  },
  more: [
    stageHelp,
    "Deliveries go at their times, however slow the answers are. Neither archive nor figures hold them.",
    "They take of the account's concurrency: where it runs out, providers' deliveries are throttled, too, and an alarm tells.",
    "Times are from this machine, the network and a new connection included.",
  ],
  examples: ["", "prod --events 1000 --rate 50"],
} as const;

/** For tests. */
type Given = StagePlaces & { readonly wait?: (milliseconds: number) => Promise<unknown> };

/** The starts of environments, or why they are not known. */
type Known = Starts | { readonly unknown: string };

/**
 * Measures a stage. Returns 0 where every delivery was acknowledged.
 *
 * @throws {UsageError} For arguments that cannot be.
 * @throws {TypeError} For a stage that is not there, or has no canary.
 */
export const measure: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [name], print }, given: Given = {}) => {
    const load: Load = {
      events: numberOf("--events", values.events, mostEvents),
      rate: numberOf("--rate", values.rate, highestRate),
    };
    const stage = await openStage(name, values, given);
    const held = holdInterruptions();
    try {
      const source = await canaryReceiver(stage);
      if (!values.json) print(`${stage.place}, ${source.url}`);
      const prefix = `measure-${crypto.randomUUID()}-`;
      const from = new Date();
      const stop = new AbortController();
      void held.interruption.then(() => stop.abort());
      const progress = createProgress(process.stderr, load.events);
      const posting = { prefix, signal: stop.signal, onAnswered: progress.step };
      const answered = await measureSource(source, load, posting).finally(progress.end);
      const seconds = (Date.now() - from.getTime()) / 1000;
      // A second Ctrl-C ends the wait for the log.
      held.release();
      const summary = summaryOf(answered);
      const log = { prefix, deliveries: summary.acknowledged, from, ...defined({ wait: given.wait }) };
      const known = await knownStarts(stage, log);
      if (values.json) {
        const on = stage.run === undefined ? "aws" : "local";
        const posted = { posted: answered.length, seconds: Number(seconds.toFixed(1)) };
        print(
          JSON.stringify({ stage: stage.name, on, url: source.url, ...load, ...posted, ...summary, starts: known }),
        );
      } else {
        printSummary(answered, load, seconds, summary, print);
        print(startsLine(known));
      }
      return summary.acknowledged === load.events ? 0 : 1;
    } finally {
      held.release();
      stage.clients.close();
    }
  },
);

async function knownStarts(stage: Stage, log: Parameters<typeof startsOf>[1]): Promise<Known> {
  // Only the lines of accepted deliveries are looked at.
  if (log.deliveries === 0) return { unknown: "no delivery was acknowledged" };
  return await startsOf(stage, log).catch((error: unknown) => ({ unknown: errorText(error) }));
}

function printSummary(
  answered: readonly Answered[],
  { events, rate }: Load,
  seconds: number,
  { outcomes, times }: Summary,
  print: Print,
): void {
  const rest = answered.length < events ? ` of ${events}` : "";
  print(`${answered.length}${rest} deliveries in ${seconds.toFixed(1)} s, ${rate} a second were asked for`);
  for (const { status, outcome, deliveries } of outcomes) {
    const line = status === 0 ? outcome : `${status} ${outcome}`;
    print(`  ${String(deliveries).padStart(5)}  ${line}`, status >= 200 && status < 300 ? undefined : "red");
  }
  if (times === undefined) {
    print("none was acknowledged", "red");
    return;
  }
  const { p50, p95, p99, slowest } = times;
  print(`acknowledged within p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, slowest ${slowest} ms`);
  print("from this machine, the network and new connections included");
}

function startsLine(known: Known): string {
  if ("unknown" in known) return `starts of environments are not known: ${known.unknown}`;
  const { environments, median, slowest } = known;
  if (environments === 0) return "cold starts: none, every environment was warm";
  return `cold starts: ${environments} ${environments === 1 ? "delivery was" : "deliveries were"} the first of an environment, which took ${median} ms to start in the median, ${slowest} ms at most`;
}

function numberOf(option: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw usageError(help, `${option} takes a whole number from 1 to ${most}, received "${text}"`);
}
