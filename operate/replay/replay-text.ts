import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { type Decision, leftOut } from "./copies.ts";
import { copiesIn, type ReplayPlan } from "./plan.ts";
import type { WantedReplay } from "./replay.ts";

/** Why copies are left out, in words behind their number. */
const reasons: Readonly<Record<Exclude<Decision, "run">, string>> = {
  done: "done already",
  running: "running at this moment",
  waiting: "retried by themselves",
  queued: "in the queue still",
  unknown: "older than 45 days: no record tells whether they ran; --mode again runs them",
  test: "tests; --tests replays them",
};

/** A plan for people, a line each. */
export function planLines(
  plan: ReplayPlan,
  { since, until, to, mode }: WantedReplay,
  perSecond: number,
  isPaused: (one: DeployedEvent) => boolean,
): readonly string[] {
  const copies = copiesIn(plan);
  const range = `from ${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
  return [
    `${plan.events === 1 ? "1 event" : `${plan.events} events`} received ${range}`,
    ...plan.processors.flatMap(({ name, decisions }) => [
      `${name}  ${decisions.run ?? 0} to send`,
      ...leftOut.flatMap((why) =>
        decisions[why] === undefined ? [] : [`  left out: ${decisions[why]} ${reasons[why]}`],
      ),
    ]),
    ...to.flatMap((one) =>
      isPaused(one) ? [`${one.name} is paused: its copies wait until npm run resume -- ${one.name}`] : [],
    ),
    ...(copies === 0
      ? ["nothing is to be sent"]
      : [`at ${perSecond} a second this takes ${durationOf(copies / perSecond)}`]),
    ...(mode === "again" && copies > 0
      ? ["the idempotency key stays: code and services that remember it will do nothing; attempt.replay tells the code"]
      : []),
  ];
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
