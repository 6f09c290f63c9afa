import { percentilesOf } from "../percentile.ts";
import type { Sent } from "./post.ts";

/** A line for each outcome of one event, with its id; of several events without it. */
export function outcomeLines(sent: readonly Sent[], ofOneEvent: boolean): readonly string[] {
  const counts = new Map<string, number>();
  for (const { status, outcome, id } of sent) {
    const line = ofOneEvent ? `${status} ${outcome} ${id}` : `${status} ${outcome}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return Array.from(counts, ([line, times]) => (times === 1 ? line : `${line} (${times} times)`));
}

/** How long the answers took: half of them came within p50, and 99 of a hundred within p99. */
export function timesLine(sent: readonly Sent[], milliseconds: number): string {
  const within = percentilesOf(sent.map((one) => one.milliseconds));
  return `${sent.length} deliveries in ${(milliseconds / 1000).toFixed(1)} s, answered within p50 ${within(0.5)} ms, p99 ${within(0.99)} ms`;
}
