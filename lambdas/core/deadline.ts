import type { Provider } from "./provider.ts";

/** By when each step of a delivery must have ended, so that the provider hears an answer while it still listens. */
export type Deadline = {
  /** Claims: what has none by now is forwarded. */
  readonly claim: AbortSignal;
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

/**
 * The deadline of a delivery that has just come: the provider's patience, or what is left of the invocation. Claims
 * have half of the time until the last send, so that a table which hangs does not stop an event.
 *
 * @param remainingMilliseconds Of the invocation; absent where the host sets no limit.
 *
 * @example
 * ```ts
 * import { deadlineFor } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const { claim, end } = deadlineFor(github, 3000);
 * equal(claim.aborted || end.aborted, false);
 * ```
 */
export function deadlineFor(provider: Provider, remainingMilliseconds: number = Number.POSITIVE_INFINITY): Deadline {
  const patience = provider.answerWithinSeconds * 1000 - answerMilliseconds;
  const budget = Math.max(Math.min(patience, remainingMilliseconds - answerMilliseconds), 2 * markMilliseconds);
  const send = Math.floor(budget - markMilliseconds - reportMilliseconds);
  return {
    claim: AbortSignal.timeout(Math.floor(send / 2)),
    send: AbortSignal.timeout(send),
    end: AbortSignal.timeout(Math.floor(budget)),
  };
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
