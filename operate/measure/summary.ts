import { defined } from "../../lambdas/core/bytes/defined.ts";
import { percentilesOf } from "../percentile.ts";
import type { Answered } from "./measure.ts";

/** Times in whole milliseconds. */
type Times = {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly slowest: number;
};

/** A measurement in figures. */
export type Summary = {
  readonly outcomes: readonly { readonly status: number; readonly outcome: string; readonly deliveries: number }[];
  /** How many were answered 2xx, and how soon; no times where there were none. */
  readonly acknowledged: number;
  readonly times?: Times;
};

/** Counts outcomes, the most frequent first, and the times of the deliveries that were answered 2xx. */
export function summaryOf(answered: readonly Answered[]): Summary {
  const groups = Map.groupBy(answered, ({ status, outcome }) => `${status} ${outcome}`);
  const outcomes = [...groups.values()]
    .flatMap((all) => all.slice(0, 1).map(({ status, outcome }) => ({ status, outcome, deliveries: all.length })))
    .sort((one, other) => other.deliveries - one.deliveries);
  const acknowledged = answered.filter(isAcknowledged).map(({ milliseconds }) => milliseconds);
  return { outcomes, acknowledged: acknowledged.length, ...defined({ times: timesOf(acknowledged) }) };
}

/** Whether a provider takes the answer for a receipt. */
function isAcknowledged({ status }: Pick<Answered, "status">): boolean {
  return status >= 200 && status < 300;
}

function timesOf(milliseconds: readonly number[]): Times | undefined {
  if (milliseconds.length === 0) return undefined;
  const within = percentilesOf(milliseconds);
  return { p50: within(0.5), p95: within(0.95), p99: within(0.99), slowest: within(1) };
}
