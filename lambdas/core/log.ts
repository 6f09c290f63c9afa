/**
 * Where lines go. Fields are plain values; never a secret, an expected signature or a payload.
 *
 * @example
 * ```ts
 * import type { Log } from "@hookline/hookline";
 * import { equal } from "node:assert/strict";
 *
 * const lines: string[] = [];
 * const log: Log = { info: (text) => lines.push(text), error: (text) => lines.push(`! ${text}`) };
 * log.info("verified", { step: "verify", source: "github" });
 * equal(lines.join(), "verified");
 * ```
 */
export type Log = {
  info(text: string, fields?: Readonly<Record<string, unknown>>): void;
  error(text: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Details: sizes, names of headers, the time of each step. A log that wants none leaves it out. */
  debug?(text: string, fields?: Readonly<Record<string, unknown>>): void;
};

/** A log that writes nothing. */
export const silent: Log = { info() {}, error() {} };

/** The whole milliseconds since a time of `performance.now()`. */
export function millisecondsSince(started: number): number {
  return Math.round(performance.now() - started);
}

/** An error as log fields: its name and message, and those of its causes. Stacks stay out: they can quote payloads. */
export function errorText(error: unknown, depth = 3): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : `thrown ${typeof error}`;
  const own = error.message === "" ? error.name : `${error.name}: ${error.message}`;
  return error.cause !== undefined && depth > 0 ? `${own} (${errorText(error.cause, depth - 1)})` : own;
}
