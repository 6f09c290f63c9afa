import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { ProcessorState } from "./event-state.ts";
import type { FollowedEvent } from "./open-events.ts";

/** An event as data, its payload left out: docs/formats.md. */
export function factsOf({ event, state, processors }: FollowedEvent): object {
  const { id, source, type, coarseType, key, period, tenant, livemode, received, trace } = event;
  return {
    ...{ id, source, ...defined({ type, coarseType, tenant, livemode }), received, state, processors },
    ...{ key, ...defined({ period, trace }), object: event.object.key },
  };
}

/** An event in one line. */
export function lineOf({ event, state, processors }: FollowedEvent): string {
  const { received, source, type = "untyped", id, tenant } = event;
  const one = processors.find((processor) => processor.state === state);
  const until = one?.until === undefined ? [] : [`until ${one.until}`];
  const whose = tenant === undefined ? [] : [`tenant ${tenant}`];
  const reason = one?.reason === undefined || state === "done" ? [] : [one.reason];
  const named = processors.length > 1 && one !== undefined && state !== "done" ? [one.processor] : [];
  return [received, state.padEnd(7), `${source}/${type}`, id, ...named, ...whose, ...until, ...reason].join("  ");
}

/** All that is known of an event but its payload, a line each. */
export function detailsOf({ event, state, processors }: FollowedEvent): readonly string[] {
  const { id, source, type, coarseType, tenant, livemode, received, queues, trace, object } = event;
  const fact = (name: string, value: string | undefined) => (value === undefined ? [] : [`${name.padEnd(10)}${value}`]);
  return [
    ...fact("id", id),
    ...fact("source", source),
    ...fact("type", coarseType === undefined ? (type ?? "none") : `${type}, finer than the provider's ${coarseType}`),
    ...fact("tenant", tenant),
    ...fact("livemode", livemode === undefined ? undefined : String(livemode)),
    ...fact("state", state),
    ...fact("trace", trace),
    ...fact("archive", object.key),
    "timeline",
    `  ${received}  received, verified and not a duplicate`,
    `  ${received}  ${queues?.length === 0 ? "ignored: no event file wanted it" : `sent to ${queues?.join(", ") ?? "its queues"}`}`,
    ...processors.flatMap(timelineOf),
  ];
}

function timelineOf(one: ProcessorState): readonly string[] {
  const { processor, state, until, attempts, reason, stack, failed = [] } = one;
  const rest = untoldAttempts(one);
  const told = [
    state,
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(attempts === undefined ? [] : [attemptsText(attempts)]),
    ...(reason === undefined || failed.length > 0 || state === "done" ? [] : [reason]),
  ];
  return [
    `  ${processor}: ${told.join(", ")}`,
    ...failed.map((attempt) => `    ${attempt.at}  failed: ${attempt.reason}`),
    ...(stack === undefined || state === "done" ? [] : stack.split("\n").map((frame) => `    ${frame}`)),
    ...(rest > 0 ? [`    and ${rest} more, in the log of its processor`] : []),
  ];
}

/** How many attempts failed that the record does not hold: they are in the log of the processor. */
export function untoldAttempts({ attempts = 0, state, failed = [] }: ProcessorState): number {
  if (failed.length === 0) return 0;
  return attempts - failed.length - (state === "done" || state === "running" ? 1 : 0);
}

export function attemptsText(count: number): string {
  return count === 1 ? "1 attempt" : `${count} attempts`;
}
