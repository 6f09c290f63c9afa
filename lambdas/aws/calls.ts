/**
 * Calls a service up to so many times, each within its own time. SDK v3 has no time limit by default, and its retries
 * would hide from us that an earlier try may have had its effect; so clients are made with `maxAttempts: 1`.
 *
 * @param isFinal Errors that are an answer, not a fault: thrown at once.
 */
export async function callWithin<T>(
  limits: { readonly tries: number; readonly milliseconds: number },
  call: (abortSignal: AbortSignal) => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(AbortSignal.timeout(limits.milliseconds));
    } catch (error) {
      if (attempt >= limits.tries || isFinal(error)) throw error;
    }
  }
}

/** What every client is made with. Endpoints and credentials come from the environment, as the SDK reads it. */
export const clientOptions = { maxAttempts: 1 } as const;
