import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { AnsweredDelivery } from "../../local/entrances/deliveries.ts";
import type { LambdaLine } from "../../local/lambda/function-definition.ts";
import { consoleText, formatLines, isFigures, type LocalLine } from "../../local/lines.ts";
import type { Print } from "./command.ts";
import {
  colourOf,
  deliveryRow,
  type Entry,
  entryIn,
  entryRow,
  fold,
  indent,
  isLast,
  isWanted,
  type Row,
  type RowFilter,
  rowLines,
  runRow,
  saidLine,
} from "./run-rows.ts";

type RunLinesOptions = {
  readonly print: Print;
  readonly filter: RowFilter;
  /** The processor (`<source>/<type>`) of a function, by the function's name. */
  readonly processors: Readonly<Record<string, string>>;
  readonly now?: () => Date;
};

/** Prints the reports of a local run. */
export type RunLines = (report: LocalLine) => void;

/** A line of the verifier may arrive after the answer that it is about. */
const lateMilliseconds = 200;

/**
 * Prints, for people, a row for each delivery and each run, the lines that a run prints itself, and what fails. Steps and
 * processes are left out.
 */
export function createRunLines({ print, filter, processors, now = () => new Date() }: RunLinesOptions): RunLines {
  /** The entries of a delivery whose row is not printed yet, by their trace. */
  const pending = new Map<string, { entries: Entry[]; answered?: AnsweredDelivery }>();
  const time = () => now().toTimeString().slice(0, 8);

  const show = (row: Row) => {
    if (!isWanted(row, filter)) return;
    for (const [index, line] of rowLines(row).entries()) {
      print(index === 0 ? `${time()}  ${line}` : `${indent}${line}`, colourOf(row.outcome));
    }
  };
  const delivery = (trace: string) => pending.get(trace) ?? { entries: [] };
  const settle = (trace: string) => {
    const { entries, answered } = delivery(trace);
    if (answered === undefined) return;
    pending.delete(trace);
    show(deliveryRow(answered, entries));
  };

  function onAnswered(answered: AnsweredDelivery): void {
    const { trace = crypto.randomUUID() } = answered;
    const { entries } = delivery(trace);
    pending.set(trace, { entries, answered });
    if (entries.some(isLast)) settle(trace);
    else setTimeout(settle, lateMilliseconds, trace);
  }

  function onEntry(entry: Entry): void {
    const { step, text, trace } = entry;
    const isOfDelivery = trace !== undefined && ["answer", "verify", "dedupe", "enqueue"].includes(step);
    // An object of the archive is no news: --verbose has it.
    if (step === "archive" && text === "archived") return;
    if (step === "run") print(`${time()}  ${saidLine(entry)}`);
    else if (step === "process") show(runRow(entry));
    else if (isOfDelivery) note(entry, trace);
    else show(entryRow(entry));
  }

  function note(entry: Entry, trace: string): void {
    const { entries, answered } = delivery(trace);
    pending.set(trace, { entries: [...entries, entry], ...defined({ answered }) });
    if (isLast(entry)) settle(trace);
  }

  function onLambda(written: LambdaLine): void {
    const { kind, text, functionName } = written;
    const entry = kind === "stdout" ? entryIn(written) : undefined;
    const subject = processors[functionName] ?? functionName;
    if (entry !== undefined) onEntry(entry);
    else if (kind === "stdout" || kind === "stderr") {
      const [first = "", ...more] = (consoleText(written) ?? text).split("\n");
      print(`${time()}  ${subject}  ${first}`);
      for (const line of more) print(`${indent}${line}`);
    }
    // A process that is started or ended by the run is no news; one that fails says so by an error.
    if (kind === "error" || kind === "timeout") {
      const [first = "", ...more] = `${subject}: ${text}`.split("\n");
      print(`${time()}  ${first}`, "red");
      for (const line of more) print(`${indent}${line}`, "red");
    }
  }

  return (report) => {
    if (isFigures(report)) return;
    if (report.from === "delivery") onAnswered(report.delivery);
    else if (report.from === "lambda") onLambda(report.line);
    else
      for (const line of formatLines(report, now()).flatMap(fold))
        print(line, report.from === "run" ? undefined : "yellow");
  };
}
