import type { Provider } from "./provider.ts";

/**
 * The times by which the steps of a delivery must end, so that the provider gets its answer while it still waits: moments of
 * `performance.now()`. See DECISIONS 10.
 */
export type Deadline = {
  /** For reading the body and verifying it. A delivery that is not verified by then is answered 503. */
  readonly verify: number;
  /** For sends. An event that is not acknowledged by then is answered 503; an acknowledged one keeps its mark. */
  readonly send: number;
  /** For marks, and so for the answer. */
  readonly end: number;
};

/** For the way of the answer to the provider. */
const answerMilliseconds = 500;
/** The time for a mark after the last send. */
const markMilliseconds = 400;
/** The time in which an aborted send names the events that were acknowledged before. */
const reportMilliseconds = 200;

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
 * equal(performance.now() < verify && verify < end, true);
 * ```
 */
export function deadlineFor(provider: Provider, remainingMilliseconds: number = Number.POSITIVE_INFINITY): Deadline {
  const patience = provider.answerWithinSeconds * 1000 - answerMilliseconds;
  const budget = Math.max(Math.min(patience, remainingMilliseconds - answerMilliseconds), 2 * markMilliseconds);
  const send = Math.floor(budget - markMilliseconds - reportMilliseconds);
  const now = performance.now();
  return { verify: now + Math.floor((send * 2) / 3), send: now + send, end: now + budget };
}

/** The end of the step that a signal belongs to. */
const ends = new WeakMap<AbortSignal, number>();

/**
 * The moment at which half of the time until another one, or until a step's signal aborts, is over: for a step that must leave
 * some time to the next one. Undefined where the rest is unknown.
 */
export function halfOf(until: number | AbortSignal | undefined): number | undefined {
  const end = until instanceof AbortSignal ? ends.get(until) : until;
  const now = performance.now();
  return end === undefined ? undefined : now + Math.max(end - now, 0) / 2;
}

/** Whether a time is over. Work that holds the thread may keep a signal from aborting. */
export function isOver(until: number | undefined): boolean {
  return until !== undefined && until <= performance.now();
}

type WithinOptions = {
  /** Aborts the call's signal, too. */
  readonly signal?: AbortSignal | undefined;
  /** For a call that ends by itself when aborted, and still has something to say. Defaults to 0: none. */
  readonly graceMilliseconds?: number;
};

/**
 * The result of a call, or a rejection once the time is up, so that a port that hangs does not hold up the answer. The call's
 * signal aborts then. Where the time is up before, no call is made, except for one with a grace. Its timer ends with the call,
 * where that of `AbortSignal.timeout` fires later for nobody.
 */
export async function within<T>(
  until: number,
  call: (signal: AbortSignal) => Promise<T>,
  options?: WithinOptions,
): Promise<T>;
export async function within<T>(
  until: number | undefined,
  call: (signal?: AbortSignal) => Promise<T>,
  options?: WithinOptions,
): Promise<T>;
export async function within<T>(
  until: number | undefined,
  call: (signal: AbortSignal) => Promise<T>,
  { signal, graceMilliseconds = 0 }: WithinOptions = {},
): Promise<T> {
  // Without a time nobody wants a signal: the second form.
  if (until === undefined) return await (call as () => Promise<T>)();
  if (graceMilliseconds === 0) signal?.throwIfAborted();
  const own = new AbortController();
  ends.set(own.signal, until);
  const { promise: late, reject } = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = () => own.abort(signal?.reason);
  const expire = () => {
    const left = until - performance.now();
    // A timer may come a millisecond early.
    if (left > 0) timer = setTimeout(expire, Math.ceil(left));
    else {
      const error = new DOMException("The time for this step is up", "TimeoutError");
      own.abort(error);
      if (graceMilliseconds === 0) reject(error);
      else timer = setTimeout(() => reject(error), graceMilliseconds);
    }
  };
  expire();
  if (signal?.aborted) follow();
  else signal?.addEventListener("abort", follow);
  try {
    if (own.signal.aborted && graceMilliseconds === 0) return await late;
    return await Promise.race([call(own.signal), late]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", follow);
  }
}

/** {@linkcode within} for a send, which after an abort names the events that were acknowledged before. */
export async function withinReported<T>(
  until: number | undefined,
  call: (signal?: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return await within(until, call, { signal, graceMilliseconds: reportMilliseconds });
}
