import { isUnset } from "./unset-secret.ts";

/**
 * The parts of a secret that is written as `<part>|<part>`: the given number of parts, trimmed and all set; undefined
 * otherwise.
 */
export function secretParts<N extends 2 | 3>(
  secret: string,
  count: N,
): (N extends 2 ? readonly [string, string] : readonly [string, string, string]) | undefined {
  const parts = secret.split("|");
  const fits = parts.length === count && parts.every((part) => !isUnset(part) && part === part.trim());
  return fits
    ? (parts as unknown as N extends 2 ? readonly [string, string] : readonly [string, string, string])
    : undefined;
}
