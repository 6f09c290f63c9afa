import type { Log, LogEntry } from "../../lambdas/core/log.ts";

/** An entry as a line: its kind, or what a run says, and its fields. */
export function lineOf(entry: LogEntry): string {
  const { level: _, kind, text = kind, ...fields } = { text: undefined, ...entry };
  return `${text} ${JSON.stringify(fields)}`;
}

/** A log that keeps its lines, but for details other than of an event's way. */
export function createLines(): { readonly lines: string[]; readonly log: Log } {
  const lines: string[] = [];
  return {
    lines,
    log(entry) {
      if (entry.level !== "debug" || /^(verified|enqueued)$/.test(entry.kind)) lines.push(lineOf(entry));
    },
  };
}
