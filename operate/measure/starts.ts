import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { logGroupName } from "../../infra/log-queries.ts";
import type { LocalRun } from "../../local/local-run.ts";
import { insightsStarts } from "../log-counts/insights.ts";
import { localStarts } from "../log-counts/local-counts.ts";
import { percentilesOf } from "../percentile.ts";
import type { Stage } from "../stage/stage.ts";

/** Deliveries that were the first of their environment, and how long that took to start, in milliseconds. */
export type Starts = { readonly environments: number; readonly median?: number; readonly slowest?: number };

/** A line is in the log some seconds after it is written, so Logs Insights is asked so often, each time after 5 s. */
const mostAsks = 24;
/** A local run reads a line of a function's output a moment after the answer. */
const localAsks = 20;

/**
 * The starts among the deliveries of a measurement, by the verifier's log: on AWS by Logs Insights, which is asked until it has all of
 * the lines.
 *
 * @param given.deliveries How many lines there must be.
 * @throws {Error} Where not all of them are there in time: a number of some would be wrong.
 */
export async function startsOf(
  { name, run, clients }: Stage,
  given: {
    readonly prefix: string;
    readonly deliveries: number;
    readonly from: Date;
    readonly wait?: (milliseconds: number) => Promise<unknown>;
  },
): Promise<Starts> {
  const { prefix, deliveries, from, wait = sleep } = given;
  if (run !== undefined) return await localStartsOf(run, prefix, wait);
  const client = clients.of("logs", CloudWatchLogsClient);
  const log = { logGroupName: logGroupName(name, "verifier"), prefix, from };
  const waited = async (milliseconds: number) => void (await wait(milliseconds));
  for (let asked = 1; ; asked += 1) {
    const { lines, ...starts } = await insightsStarts(client, { ...log, now: new Date(), wait: waited });
    if (lines >= deliveries) return starts;
    if (asked === mostAsks) throw new Error(`the log has ${lines} of ${deliveries} lines after some two minutes`);
    await wait(5000);
  }
}

async function localStartsOf(
  run: Pick<LocalRun, "counts">,
  prefix: string,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<Starts> {
  let found = await localStarts(run, prefix);
  for (let asked = 1; asked < localAsks && found.length === 0; asked += 1) {
    await wait(50);
    found = await localStarts(run, prefix);
  }
  if (found.length === 0) return { environments: 0 };
  const within = percentilesOf(found);
  return { environments: found.length, median: within(0.5), slowest: within(1) };
}
