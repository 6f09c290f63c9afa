import process from "node:process";
import type { Log } from "../core/log.ts";

/** One JSON object a line, to standard output: CloudWatch Logs Insights reads its fields. */
export function createJsonLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  const line = (level: string, text: string, fields: Readonly<Record<string, unknown>> = {}) =>
    write(`${JSON.stringify({ level, time: new Date().toISOString(), text, ...fields })}\n`);
  return {
    info: (text, fields) => line("info", text, fields),
    error: (text, fields) => line("error", text, fields),
  };
}
