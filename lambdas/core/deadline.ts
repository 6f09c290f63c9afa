import type { Provider } from "./provider.ts";

/**
 * The times by which the steps of a delivery must end, so that the provider gets its answer while it still waits. They count
 * from the delivery's arrival. See DECISIONS 10.
 */
export type Deadline = {
  /** For reading the body and verifying it. A delivery that is not verified by then is answered 503. */
  readonly verify: AbortSignal;
  /** For sends. An event that is not acknowledged by then is answered 503; an acknowledged one keeps its mark. */
  readonly send: AbortSignal;
  /** For marks, and so for the answer. */
  readonly end: AbortSignal;
};

/** For the way of the answer to the provider. */
const answerMilliseconds = 500;
/** The time for a mark after the last send. */
const markMilliseconds = 400;
/** The time in which an aborted send names the events that were acknowledged before. */
const reportMilliseconds = 200;

/** The `performance.now()` at which each deadline's signal aborts. */
const ends = new WeakMap<AbortSignal, number>();

/**
 * The deadline of a delivery that has just arrived: the provider's patience, or the rest of the invocation where that is
 * shorter. Verification has two thirds of the time until the last send.
 *
 * @param remainingMilliseconds Of the invocation; absent where the host sets no limit.
 *
 * @example
 * ```ts
 * import { deadlineFor } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const { verify, end } = deadlineFor(github, 3000);
 * equal(verify.aborted || end.aborted, false);
 * ```
 */
export function deadlineFor(provider: Provider, remainingMilliseconds: number = Number.POSITIVE_INFINITY): Deadline {
  const patience = provider.answerWithinSeconds * 1000 - answerMilliseconds;
  const budget = Math.max(Math.min(patience, remainingMilliseconds - answerMilliseconds), 2 * markMilliseconds);
  const send = Math.floor(budget - markMilliseconds - reportMilliseconds);
  return { verify: abortIn((send * 2) / 3), send: abortIn(send), end: abortIn(budget) };
}

function abortIn(milliseconds: number): AbortSignal {
  const signal = AbortSignal.timeout(Math.floor(milliseconds));
  ends.set(signal, performance.now() + milliseconds);
  return signal;
}

/**
 * Half of the time until a deadline's signal aborts, at most so many milliseconds: for a step that must leave some time to the
 * next one. For a signal of another origin the rest is unknown, and the maximum is returned.
 */
export function halfOf(signal: AbortSignal | undefined, most?: number): AbortSignal | undefined {
  const until = signal && ends.get(signal);
  const half = until === undefined ? Number.POSITIVE_INFINITY : Math.max(until - performance.now(), 0) / 2;
  const milliseconds = Math.min(half, most ?? Number.POSITIVE_INFINITY);
  if (milliseconds === Number.POSITIVE_INFINITY) return signal;
  const own = AbortSignal.timeout(Math.floor(milliseconds));
  return signal === undefined || until !== undefined ? own : AbortSignal.any([signal, own]);
}

/** Whether the time of a deadline's signal is over. Work that holds the thread may keep the signal from aborting. */
export function isOver(signal: AbortSignal | undefined): boolean {
  return (
    signal !== undefined && (signal.aborted || (ends.get(signal) ?? Number.POSITIVE_INFINITY) <= performance.now())
  );
}

/**
 * The result of a call, or a rejection once the time is up, so that a port that hangs does not hold up the answer.
 *
 * @param graceMilliseconds For a call that ends by itself when aborted, and still has something to say.
 */
export async function within<T>(signal: AbortSignal | undefined, call: Promise<T>, graceMilliseconds = 0): Promise<T> {
  if (signal === undefined) return await call;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let expire = () => {};
  const late = new Promise<never>((_, reject) => {
    expire = () => {
      timer = setTimeout(() => reject(new Error("The time for this step is up")), graceMilliseconds);
    };
    if (signal.aborted) expire();
    else signal.addEventListener("abort", expire);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", expire);
  }
}

/** {@linkcode within} for a send, which after an abort names the events that were acknowledged before. */
export async function withinReported<T>(signal: AbortSignal | undefined, call: Promise<T>): Promise<T> {
  return await within(signal, call, reportMilliseconds);
}
