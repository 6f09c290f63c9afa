import process from "node:process";
import type { Log } from "../core/log.ts";
import { traceHeader, traceIdOf } from "./trace.ts";

/** Where lines go, each with its line feed. */
export type Write = (line: string) => void;

/** To standard output, of which CloudWatch Logs takes every line. */
export const toStandardOutput: Write = (line) => process.stdout.write(line);

/**
 * One JSON object a line: CloudWatch Logs Insights reads its fields. `trace` is the same over all lines of an event, from
 * its delivery to its processors; `traceOf` says it for a line's fields. Default: the trace of the invocation.
 *
 * @example
 * ```ts
 * import { createJsonLog } from "@hookline/hookline/aws";
 * import { match } from "node:assert/strict";
 *
 * const lines: string[] = [];
 * createJsonLog((line) => lines.push(line)).info("verified", { source: "github" });
 * match(lines.join(), /^\{"level":"info","time":"[^"]+","text":"verified","source":"github"/);
 * ```
 */
export function createJsonLog(
  write: Write = toStandardOutput,
  traceOf: (fields: Readonly<Record<string, unknown>>) => string | undefined = () => traceIdOf(traceHeader()),
): Log {
  const line = (level: string, text: string, fields: Readonly<Record<string, unknown>> = {}) =>
    write(`${JSON.stringify({ level, time: new Date().toISOString(), text, ...fields, trace: traceOf(fields) })}\n`);
  return {
    info: (text, fields) => line("info", text, fields),
    error: (text, fields) => line("error", text, fields),
  };
}
