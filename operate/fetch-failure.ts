/** Why no answer came, in words: `fetch failed` says little, and its cause more. */
export function fetchFailure(error: unknown): string {
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: { readonly code?: unknown } };
  if (name === "TimeoutError") return "time ran out";
  return typeof cause?.code === "string" ? cause.code : "the connection failed";
}
