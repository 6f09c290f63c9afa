/** The throttle of an HTTP API: `rate` requests a second for ever, and `burst` at once. */
type Throttle = { readonly rate: number; readonly burst: number };

/**
 * AWS's algorithm, exact here: the bucket has a token for each request, and is filled at the rate.
 *
 * @param now Milliseconds, which never go back.
 */
export function createTokenBucket(
  { rate, burst }: Throttle,
  now: () => number = () => performance.now(),
): () => boolean {
  let tokens = burst;
  let filled = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - filled) / 1000) * rate);
    filled = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
