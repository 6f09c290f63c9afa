/** More texts than a receiver has secrets or providers have pointers; a text beyond it costs one more computation. */
const most = 256;

/**
 * The same function, which computes once for each text and remembers the result. The oldest result is forgotten where there are
 * too many, as a process outlives many rotations of a secret.
 */
export function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const results = new Map<string, { readonly value: T }>();
  return (text) => {
    const found = results.get(text);
    if (found !== undefined) return found.value;
    const value = compute(text);
    if (results.size === most) results.delete(results.keys().next().value ?? "");
    results.set(text, { value });
    return value;
  };
}
