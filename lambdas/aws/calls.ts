import { within } from "../core/deadline.ts";
import { retried } from "../core/retry.ts";

/**
 * Calls a service up to so many times, each within its own time. SDK v3 has no time limit by default, and its retries
 * would hide from us that an earlier try may have had its effect; so clients are made with `maxAttempts: 1`.
 *
 * @param limits.signal When it aborts, the try that is on ends and no other begins.
 * @param isFinal Errors that are an answer, not a fault: thrown at once.
 */
export async function callWithin<T>(
  limits: { readonly tries: number; readonly milliseconds: number; readonly signal?: AbortSignal | undefined },
  call: (abortSignal: AbortSignal) => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  const { signal, milliseconds, tries } = limits;
  const once = () => within(performance.now() + milliseconds, call, { signal });
  return await retried(once, { tries, signal, isFinal });
}

/** The options of every port on AWS. */
export type CallOptions = {
  /**
   * Multiplies the time that each of its calls may take. Defaults to 1. For services that share a slow machine with
   * everything else, as in a local run and in tests.
   */
  readonly timeScale?: number;
};

/** {@linkcode callWithin} on another scale of time. */
export function createCalls({ timeScale = 1 }: CallOptions): typeof callWithin {
  return (limits, call, isFinal) =>
    callWithin({ ...limits, milliseconds: limits.milliseconds * timeScale }, call, isFinal);
}

/** The options of every client. Endpoints and credentials come from the environment, as the SDK reads it. */
export const clientOptions = { maxAttempts: 1 } as const;
