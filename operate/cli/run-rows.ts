import type { AnsweredDelivery } from "../../local/entrances/deliveries.ts";
import type { LambdaLine } from "../../local/lambda/function-definition.ts";
import { endsInvocation, lineFields } from "../../local/lambda/line-fields.ts";
import { nameText } from "../../local/lines.ts";
import type { Colour } from "./command.ts";

/** A line of our Lambdas. */
export type Entry = {
  readonly step: string;
  readonly text: string;
  readonly level?: string;
  readonly trace?: string;
  readonly source?: string;
  readonly type?: string;
  readonly id?: string;
  readonly processor?: string;
  /** No further entry of its invocation follows. */
  readonly isEnd?: boolean;
  readonly [field: string]: unknown;
};

/** A delivery, or a run of a processor, in columns. */
export type Row = {
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  readonly outcome: string;
  readonly milliseconds?: number | undefined;
  /** Behind the columns. */
  readonly note?: string | undefined;
  /** Below the row, a line each. */
  readonly below?: readonly string[];
};

/** The selection of rows: of these sources, types and outcomes alone, where any is given. */
export type RowFilter = {
  readonly source: readonly string[];
  readonly type: readonly string[];
  readonly outcome: readonly string[];
};

export function isWanted(row: Row, filter: RowFilter): boolean {
  const fits = (wanted: readonly string[], value = "") => wanted.length === 0 || wanted.includes(value);
  return fits(filter.source, row.source) && fits(filter.type, row.type) && fits(filter.outcome, wordOf(row.outcome));
}

/** An outcome without the arrow of a run. */
function wordOf(outcome: string): string {
  return outcome.replace(arrow, "");
}

const arrow = "→ ";
/** The width of a terminal that a row fits into. */
const width = 120;
export const indent: string = " ".repeat(10);

/** A row, and the lines below it. */
export function rowLines({ source, type, id, outcome, milliseconds, note, below = [] }: Row): readonly string[] {
  const subject = cut([source ?? "-", ...(type === undefined ? [] : [nameText(type)])].join(" "), 34);
  const took = milliseconds === undefined ? "" : ` ${milliseconds} ms`;
  const row = `${subject.padEnd(24)} ${cut(nameText(id ?? "-"), 40).padEnd(12)}  ${outcome}${took}`;
  const isNarrow = note !== undefined && indent.length + row.length + 2 + note.length <= width;
  const lines = note === undefined || isNarrow ? below : [note, ...below];
  return [isNarrow ? `${row}  ${note}` : row, ...lines.flatMap(wrap)];
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** A line of the run, at its blanks in pieces that fit; those behind the first stand where its text begins. */
export function fold(line: string): readonly string[] {
  const set = " ".repeat(19);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(" ", width);
    // A word that is longer than a line is cut where the line ends.
    const end = blank > set.length ? blank : width;
    lines.push(rest.slice(0, end));
    rest = `${set}${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest];
}

function wrap(text: string): readonly string[] {
  const most = width - indent.length;
  return text.split("\n").flatMap((line) => line.match(new RegExp(`.{1,${most}}`, "gu")) ?? []);
}

export function colourOf(outcome: string): Colour | undefined {
  const word = wordOf(outcome);
  if (word === "accepted" || word === "done") return "green";
  if (word === "duplicate" || word === "ignored" || word === "processing") return "dim";
  return word.startsWith("refused") ? "yellow" : "red";
}

/** The entry in a line of our Lambdas; undefined for another line. */
export function entryIn(line: LambdaLine): Entry | undefined {
  const fields = lineFields(line);
  if (typeof fields?.step !== "string" || typeof fields.text !== "string") return undefined;
  return { ...(fields as Entry), ...(endsInvocation(line) ? { isEnd: true } : {}) };
}

/** Whether no further entry of its delivery matters to its row. */
export function isLast({ step, text, isEnd }: Entry): boolean {
  if (isEnd === true) return true;
  return !(step === "verify" && text === "verified") && !(step === "dedupe" && text === "new");
}

const reasons: Readonly<Record<string, string>> = {
  "no-processor": "no event file takes this type",
  "test-event": "a test event, and the source takes live ones only",
};

export function deliveryRow(answered: AnsweredDelivery, entries: readonly Entry[]): Row {
  const { source, path, method, status, outcome, milliseconds } = answered;
  const [first] = entries.filter((entry) => entry.type !== undefined || entry.id !== undefined);
  const events = entries.filter(({ step, text }) => step === "dedupe" && text !== "body changed").length;
  const reason = entries.map((entry) => reasons[String(entry.reason)]).find((text) => text !== undefined);
  const isOurs = status < 300;
  return {
    source,
    type: first?.type,
    id: first?.id,
    outcome: isOurs ? (outcome ?? "answered") : status < 500 ? "refused" : "unavailable",
    milliseconds,
    below: entries.filter(({ level }) => level === "error").map(sentence),
    note: isOurs
      ? events > 1
        ? `${events} events`
        : reason
      : `${status} ${outcome ?? ""} ${source === undefined ? `${method} ${path}` : ""}`.trim(),
  };
}

/** A run, by what its processor reports. */
export function runRow(entry: Entry): Row {
  const { text, processor, source, type, id, attempt, replay, milliseconds, error, stack } = entry;
  const by = processor === undefined || processor === `${source}/${type}` ? [] : [`by ${processor}`];
  const run = typeof attempt === "number" && attempt > 1 ? [`run ${attempt}`] : [];
  const again = typeof replay === "string" ? [`replay ${replay}`] : [];
  return {
    ...{ source, type, id },
    outcome: `${arrow}${text}`,
    milliseconds: typeof milliseconds === "number" ? milliseconds : undefined,
    note: [...by, ...run, ...again].join(", ") || undefined,
    below: [error, stack].filter((part) => typeof part === "string"),
  };
}

/** An entry that is of no delivery and no run. */
export function entryRow(entry: Entry): Row {
  const { step, source, type, id } = entry;
  return { ...{ source, type, id }, outcome: step, note: sentence(entry) };
}

/** An entry's step and text, and its further fields. */
function sentence(entry: Entry): string {
  const { step, text } = entry;
  return `${step}: ${text} ${fieldsOf(entry, ["level", "time", "step", "text", "source", "type", "id", "trace", "isEnd"])}`.trim();
}

/** A line that a run prints itself. */
export function saidLine({ processor, id, text, data }: Entry): string {
  const fields = typeof data === "object" && data !== null && !Array.isArray(data) ? data : { data };
  return [processor, id === undefined ? id : nameText(id), text, fieldsOf(fields as Record<string, unknown>, [])]
    .filter((part) => part !== undefined && part !== "")
    .join("  ");
}

function fieldsOf(fields: Readonly<Record<string, unknown>>, without: readonly string[]): string {
  return Object.entries(fields)
    .filter(([name, value]) => value !== undefined && !without.includes(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}
