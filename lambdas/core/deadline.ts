import type { Provider } from "./provider.ts";

/**
 * By when each step of a delivery must have ended, so that the provider hears an answer while it still listens. Counted
 * from when it came. See DECISIONS 10.
 */
export type Deadline = {
  /** Reading its body and verifying it: what is not verified by now is answered 503. */
  readonly verify: AbortSignal;
  /** Sends: what is not acknowledged by now is answered 503, and what is keeps its mark. */
  readonly send: AbortSignal;
  /** Marks, and with them the answer. */
  readonly end: AbortSignal;
};

/** For the way of the answer. */
const answerMilliseconds = 500;
/** What a mark may take after the last send. */
const markMilliseconds = 400;
/** What an aborted send may take to say which events were acknowledged before. */
const reportMilliseconds = 200;

/** When the signals of deadlines abort, by `performance.now()`. */
const ends = new WeakMap<AbortSignal, number>();

/**
 * The deadline of a delivery that has just come: the provider's patience, or what is left of the invocation. Verification
 * has two thirds of the time until the last send.
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
 * Half of what is left until a deadline's signal aborts, and no more than so many milliseconds: for a step that must leave
 * some of it to the next. Of another signal nobody knows what is left: it is that one then.
 */
export function halfOf(signal: AbortSignal | undefined, most?: number): AbortSignal | undefined {
  const until = signal && ends.get(signal);
  const half = until === undefined ? Number.POSITIVE_INFINITY : Math.max(until - performance.now(), 0) / 2;
  const milliseconds = Math.min(half, most ?? Number.POSITIVE_INFINITY);
  if (milliseconds === Number.POSITIVE_INFINITY) return signal;
  const own = AbortSignal.timeout(Math.floor(milliseconds));
  return signal === undefined || until !== undefined ? own : AbortSignal.any([signal, own]);
}

/** Whether it is later than a deadline's signal says, though work that holds the thread may keep that from aborting. */
export function isOver(signal: AbortSignal | undefined): boolean {
  return (
    signal !== undefined && (signal.aborted || (ends.get(signal) ?? Number.POSITIVE_INFINITY) <= performance.now())
  );
}

/**
 * The result of a call, or a rejection once the time is up: a port that hangs must not take the answer with it.
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

/** {@linkcode within} for a send, which says after an abort what was acknowledged before. */
export async function withinReported<T>(signal: AbortSignal | undefined, call: Promise<T>): Promise<T> {
  return await within(signal, call, reportMilliseconds);
}
