type RetryOptions = {
  readonly tries: number;
  /** When it aborts, no further attempt begins, and a pause ends. */
  readonly signal?: AbortSignal | undefined;
  /** Errors that are an answer and not a fault: thrown at once. */
  readonly isFinal?: (error: unknown) => boolean;
};

const firstPauseMilliseconds = 50;

/**
 * The result of a call that is attempted so often at most, after longer and longer pauses, since a failing service is often
 * overloaded.
 */
export async function retried<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { tries, signal, isFinal = () => false } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (attempt >= tries || isFinal(error)) throw error;
    }
    await pause(firstPauseMilliseconds * 2 ** (attempt - 1), signal);
  }
}

/** With equal jitter, so that callers that failed together do not retry together. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds / 2 + (milliseconds / 2) * Math.random());
  const stop = () => resolve();
  signal?.addEventListener("abort", stop);
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", stop);
}
