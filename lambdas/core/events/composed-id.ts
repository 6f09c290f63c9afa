/**
 * An id composed of named parts, for events without one of their own: `name=value` joined by `&`, as in a URL's query, so that
 * no part can pass for another. Absent and empty parts add nothing. A part that is not valid Unicode is written as JSON writes
 * it, after `name*=`.
 *
 * @example
 * ```ts
 * import { composedId } from "@hookline/hookline";
 * import { equal } from "node:assert/strict";
 *
 * equal(composedId({ order: "7", refund: undefined, status: "paid & sent" }), "order=7&status=paid+%26+sent");
 * ```
 */
export function composedId(parts: Readonly<Record<string, string | undefined>>): string {
  return new URLSearchParams(
    Object.entries(parts).flatMap(([name, value]) => (value ? [partOf(name, value)] : [])),
  ).toString();
}

/** URLSearchParams replaces every lone surrogate by the same character. */
function partOf(name: string, value: string): [name: string, value: string] {
  return value.isWellFormed() ? [name, value] : [`${name}*`, JSON.stringify(value)];
}
