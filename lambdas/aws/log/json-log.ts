import { jsonLine } from "../../core/bytes/json-line.ts";
import type { Log, LogEntry } from "../../core/log.ts";
import { toStandardOutput, type Write } from "./lines.ts";
import { traceHeader, traceIdOf } from "./trace.ts";

/** The target of lines, and their selection. */
export type JsonLogOptions = {
  readonly write?: Write;
  /** The trace of an entry. Defaults to that of the invocation. */
  readonly traceOf?: (entry: LogEntry) => string | undefined;
  /** The share of traces whose details are written, 0 to 1. Defaults to 0. */
  readonly debugShare?: number;
};

/**
 * One JSON object a line: CloudWatch Logs Insights reads its fields. `text` is the entry's kind, or a run's own text, whose
 * fields are under `data`. `trace` is the same over all lines of an event, from its delivery to its processors, and decides
 * whether details are written: for all of its steps, or for none.
 *
 * @example
 * ```ts
 * import { createJsonLog } from "@hookline/hookline/aws";
 * import { match } from "node:assert/strict";
 *
 * const lines: string[] = [];
 * const log = createJsonLog({ write: (line) => lines.push(line) });
 * log({ level: "info", step: "verify", kind: "handshake answered", source: "github" });
 * match(lines.join(), /^\{"level":"info","time":"[^"]+","text":"handshake answered","step":"verify","source":"github"\}/);
 * ```
 */
export function createJsonLog(options: JsonLogOptions = {}): Log {
  const { write = toStandardOutput, traceOf = () => traceIdOf(traceHeader()), debugShare = 0 } = options;
  return (entry) => {
    const trace = traceOf(entry);
    if (entry.level === "debug" && !isSampled(trace, debugShare)) return;
    const { level, kind, ...fields } = entry;
    write(`${jsonLine({ level, time: new Date().toISOString(), text: kind, ...fields, trace })}\n`);
  };
}

/** By the end of a trace id, 24 random hexadecimal digits: every function decides alike. */
function isSampled(trace: string | undefined, share: number): boolean {
  const end = /[0-9a-f]{8}$/.exec(trace ?? "")?.[0];
  return end !== undefined && Number.parseInt(end, 16) < share * 2 ** 32;
}
