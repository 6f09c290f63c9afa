/**
 * An id composed of named parts, for events that have none of their own: `name=value` joined by `&`, as in a URL's query,
 * so that no part can be taken for another. Parts that are absent or empty add nothing.
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
    Object.entries(parts).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  ).toString();
}
