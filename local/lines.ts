import type { AlarmLine } from "./alarms.ts";
import type { AnsweredDelivery } from "./entrances/deliveries.ts";
import type { LambdaLine } from "./lambda/function-definition.ts";
import { lineFields } from "./lambda/line-fields.ts";

/** A report of a local run. */
export type LocalLine =
  | { readonly from: "lambda"; readonly line: LambdaLine }
  | { readonly from: "alarm"; readonly line: AlarmLine }
  | { readonly from: "delivery"; readonly delivery: AnsweredDelivery }
  | { readonly from: "run"; readonly text: string };

/** Whether a report is an invocation's figures, written for CloudWatch alone. */
export function isFigures(report: LocalLine): boolean {
  return report.from === "lambda" && report.line.kind === "stdout" && report.line.text.startsWith('{"_aws":');
}

/** A report for a terminal, its first line as {@linkcode formatLine} has it, the others of a stack or a message below it. */
export function formatLines(report: LocalLine, now: Date = new Date()): readonly string[] {
  const [first = "", ...more] = formatLine(report, now).split("\n");
  // Set in, so that none can be taken for a line of the run.
  return [first, ...more.filter((line) => line.trim() !== "").map((line) => `${" ".repeat(19)}${line}`)];
}

/** A report as one line for a terminal: time, step, event, what happened. */
export function formatLine(report: LocalLine, now: Date = new Date()): string {
  const time = now.toTimeString().slice(0, 8);
  if (report.from === "run") return `${time}  ${"local".padEnd(8)} ${report.text}`;
  if (report.from === "alarm") return `${time}  ${report.line.state.padEnd(8)} ${report.line.text}`;
  if (report.from === "delivery") {
    const { method, path, status, outcome = "", milliseconds } = report.delivery;
    return `${time}  ${"answer".padEnd(8)} ${method} ${path} ${status} ${outcome} milliseconds=${milliseconds}`;
  }
  const { line } = report;
  const { kind, functionName, pid, text } = line;
  const said = consoleText(line);
  if (kind !== "stdout") return `${time}  ${"lambda".padEnd(8)} ${functionName} pid ${pid}: ${kind} ${text}`.trimEnd();
  return `${time}  ${stepLine(line) ?? `${"lambda".padEnd(8)} ${functionName}: ${said ?? text}`}`;
}

/** Words of the lines that our Lambdas write which stand in front or are left out; the rest follows as `name=value`. */
const front = new Set(["level", "time", "text", "step", "source", "type", "id", "processor", "trace"]);

function stepLine(written: LambdaLine): string | undefined {
  const line = lineFields(written);
  if (line === undefined || typeof line.step !== "string") return undefined;
  const [source, type, id] = [line.source, line.type, line.id].map((name) =>
    name === undefined ? name : nameText(name),
  );
  const named = [source, type].filter((part) => part !== undefined).join("/");
  const event = type === undefined ? (line.processor ?? named) : named;
  const by = line.processor === undefined || line.processor === event ? undefined : `by ${line.processor}`;
  const { data, ...own } = line;
  const said =
    typeof data === "object" && !Array.isArray(data) ? Object.entries(data ?? {}) : [["data", data] as const];
  const rest = [...Object.entries(own).filter(([name]) => !front.has(name)), ...said]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${textOf(value)}`);
  return [line.step.padEnd(8), event, id, line.text, by, ...rest]
    .filter((part) => part !== undefined && part !== "")
    .map(textOf)
    .join(" ");
}

/** The text of a line that a function wrote by `console`, in Lambda's JSON format. */
export function consoleText(written: LambdaLine): string | undefined {
  if (written.kind !== "stdout") return undefined;
  const { timestamp, message } = lineFields(written) ?? {};
  return timestamp === undefined || message === undefined ? undefined : errorText(message);
}

function errorText(message: unknown): string {
  const { stackTrace } = Object(message) as { readonly stackTrace?: unknown };
  return Array.isArray(stackTrace) && stackTrace.length > 0 ? stackTrace.join("\n") : textOf(message);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A name in quotes where it could be taken for more than one word of the line: it may be a sender's. */
export function nameText(name: unknown): string {
  const text = textOf(name);
  return /[\s="]/.test(text) ? JSON.stringify(text) : text;
}
