import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { defined } from "../../lambdas/core/bytes/defined.ts";

/** The states of an event, the foremost first: an event has the foremost one of its processors' states. */
export const states = [
  "dead",
  "spilled",
  "paused",
  "running",
  "waiting",
  "queued",
  "unknown",
  "done",
  "ignored",
] as const;
export type EventState = (typeof states)[number];

/** An attempt that failed. */
type FailedAttempt = { readonly at: string; readonly reason: string };

/** The state of an event in one processor. */
export type ProcessorState = {
  /** Its name, `<source>/<type>`; of one that is deployed no more, its queue. */
  readonly processor: string;
  readonly state: Exclude<EventState, "ignored">;
  /** The end of its lease, or the time of its next attempt; in ISO 8601. */
  readonly until?: string;
  readonly attempts?: number;
  /** Why the last attempt failed, in one line. */
  readonly reason?: string;
  /** Where it failed: the frames of the error's stack, a line each. */
  readonly stack?: string;
  /** The attempts that failed, as far as the record holds them. */
  readonly failed?: readonly FailedAttempt[];
};

/** A processing record as DynamoDB holds it: docs/formats.md. */
export type RecordItem = Readonly<Record<string, AttributeValue>>;

/** The facts of an event in a processor that its record does not have. */
type Around = {
  readonly processor: string;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly received: number;
  /** Whether its copy lies in the spill. */
  readonly isSpilled: boolean;
  /** Whether its processor takes nothing from its queue. */
  readonly isPaused: boolean;
};

/** A queue keeps a copy so long. */
const queueMilliseconds = 7 * 24 * 3_600_000;

/** The longest time for which SQS hides a message. */
const hiddenMilliseconds = 12 * 3_600_000;

/** The state of an event in a processor. */
export function stateOf(record: RecordItem | undefined, around: Around): ProcessorState {
  const { processor, now, received, isSpilled, isPaused } = around;
  // TTL deletes within days, not at once.
  const isThere = record !== undefined && Number(record.ex?.N ?? 0) * 1000 > now;
  if (!isThere) {
    const isOld = received + queueMilliseconds < now;
    const state = isSpilled ? "spilled" : isOld ? "unknown" : isPaused ? "paused" : "queued";
    return { processor, state };
  }
  const attempts = record.n?.N === undefined ? undefined : Number(record.n.N);
  const { reason, stack } = splitError(record.le?.S ?? "");
  const line = reason === "" ? undefined : reason.split("\n")[0];
  const told = { processor, ...defined({ attempts, reason: line, stack, failed: attemptsOf(record.as) }) };
  const st = record.st?.S;
  if (st === "done" || st === "dead") return { ...told, state: st };
  const lease = Number(record.lu?.N ?? 0);
  if (st === "proc" && lease > now) return { ...told, state: "running", until: iso(lease) };
  // 0: the failure was final, and the copy goes to the DLQ.
  const next = record.nx?.N === undefined ? undefined : Number(record.nx.N);
  if (next === 0) return { ...told, state: "dead" };
  if (isPaused) return { ...told, state: "paused" };
  // A run that was killed on its last receive records no end: SQS hides a copy for 12 hours at most, then it is in the DLQ.
  const since = next ?? lease;
  if (since > 0 && since + hiddenMilliseconds < now) return { ...told, state: "dead" };
  return { ...told, state: "waiting", ...defined({ until: next === undefined ? undefined : iso(next) }) };
}

/** `le` of a record: the reason, and below it the frames of the error's stack. */
export function splitError(text: string): { readonly reason: string; readonly stack?: string } {
  const [reason = "", ...frames] = text.split(/\n(?=at )/);
  return { reason, ...defined({ stack: frames.length === 0 ? undefined : frames.join("\n") }) };
}

/** The state of an event, by those of its processors. */
export function foremost(processors: readonly Pick<ProcessorState, "state">[]): EventState {
  return states.find((state) => processors.some((one) => one.state === state)) ?? "ignored";
}

/** `as` of a record: a list of maps with `t`, the time in milliseconds, and `r`, the reason. */
function attemptsOf(value: AttributeValue | undefined): readonly FailedAttempt[] | undefined {
  return value?.L?.flatMap(({ M: { t, r } = {} }) => {
    return t?.N === undefined ? [] : [{ at: iso(Number(t.N)), reason: r?.S ?? "" }];
  });
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
