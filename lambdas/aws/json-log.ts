import process from "node:process";
import type { Log } from "../core/log.ts";
import { traceHeader, traceIdOf } from "./trace.ts";

/** Where lines go, each with its line feed. */
export type Write = (line: string) => void;

/** To standard output, of which CloudWatch Logs takes every line. */
export const toStandardOutput: Write = (line) => process.stdout.write(line);

type Fields = Readonly<Record<string, unknown>>;

/** Where lines go, and which. */
export type JsonLogOptions = {
  readonly write?: Write;
  /** The trace of a line's fields. Default: that of the invocation. */
  readonly traceOf?: (fields: Fields) => string | undefined;
  /** Of which share of traces details are written, 0 to 1. Default: 0. */
  readonly debugShare?: number;
};

/**
 * One JSON object a line: CloudWatch Logs Insights reads its fields. `trace` is the same over all lines of an event, from
 * its delivery to its processors, and decides whether its details are written: of all steps, or of none.
 *
 * @example
 * ```ts
 * import { createJsonLog } from "@hookline/hookline/aws";
 * import { match } from "node:assert/strict";
 *
 * const lines: string[] = [];
 * createJsonLog({ write: (line) => lines.push(line) }).info("verified", { source: "github" });
 * match(lines.join(), /^\{"level":"info","time":"[^"]+","text":"verified","source":"github"/);
 * ```
 */
export function createJsonLog(options: JsonLogOptions = {}): Log {
  const { write = toStandardOutput, traceOf = () => traceIdOf(traceHeader()), debugShare = 0 } = options;
  const line = (level: string, text: string, fields: Fields = {}, trace = traceOf(fields)) =>
    write(`${JSON.stringify({ level, time: new Date().toISOString(), text, ...fields, trace })}\n`);
  const log: Log = {
    info: (text, fields) => line("info", text, fields),
    error: (text, fields) => line("error", text, fields),
  };
  if (debugShare === 0) return log;
  return {
    ...log,
    debug(text, fields = {}) {
      const trace = traceOf(fields);
      if (isSampled(trace, debugShare)) line("debug", text, fields, trace);
    },
  };
}

/** By the end of a trace id, 24 random hexadecimal digits: every function decides alike. */
function isSampled(trace: string | undefined, share: number): boolean {
  const end = /[0-9a-f]{8}$/.exec(trace ?? "")?.[0];
  return end !== undefined && Number.parseInt(end, 16) < share * 2 ** 32;
}
