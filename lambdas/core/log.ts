import { jsonLine } from "./bytes/json-line.ts";
import type { Refusal, Unavailable } from "./outcome.ts";

type Info<Fields> = { readonly level: "info" } & Readonly<Fields>;
type Fault<Fields> = { readonly level: "error" } & Readonly<Fields>;
type Detail<Fields> = { readonly level: "debug" } & Readonly<Fields>;

type OfEvent = { source: string; id: string; type?: string | undefined };
type Sent = OfEvent & { queue: string };
type OfRun = OfEvent & { processor: string; replay?: string };
type Attempted = OfRun & { attempt: number };
type Because = { error: string };
/** `2026/01/05/10`, and how many events of that hour. */
type OfHour = { hour: string; events: number };
type OfDelivery = { source?: string | undefined; events: number; milliseconds: number };
type Said = { text: string; data?: unknown; processor: string; source: string; id: string };

/** The kinds of each step's log entries. Reasons and kinds are codes: figures count by them. */
type Kinds = {
  readonly answer: { readonly unavailable: Fault<Because> };
  readonly verify: {
    readonly delivery: Detail<{
      source: string;
      method: string;
      bytes: number;
      contentType: string | null;
      headers: string;
      milliseconds: number;
      secretIndex?: number;
    }>;
    /** `sibling`: the provider of the same sender whose headers these are; map the source to it. */
    readonly refused: Info<{ source?: string; reason: Refusal["reason"]; sibling?: string }>;
    /** Refusals that have no entry of their own here, since too many came: never more than there were. */
    readonly "refusals not logged": Info<{ source?: string; notLogged: number }>;
    readonly unavailable: Fault<{ source?: string; reason?: Unavailable["reason"]; error?: string }>;
    readonly "handshake answered": Info<{ source: string }>;
    readonly verified: Detail<{ source: string; id?: string | undefined; type?: string | undefined }>;
    readonly unreadable: Fault<{ source: string; missing: string }>;
  };
  readonly dedupe: {
    readonly claimed: Detail<OfDelivery & { waited: number }>;
    readonly new: Info<OfEvent>;
    readonly duplicate: Info<OfEvent>;
    readonly ignored: Info<OfEvent & { reason: "no-processor" | "test-event" }>;
    /** `error` where the provider's retries never change the body. */
    readonly "body changed": Info<OfEvent> | Fault<OfEvent>;
    readonly forwarded: Info<OfEvent>;
    readonly "dedupe unavailable": Fault<Partial<OfEvent> & Because>;
    readonly marked: Detail<OfDelivery>;
    readonly "mark failed": Fault<OfEvent & Because>;
  };
  readonly enqueue: {
    readonly sent: Detail<OfDelivery & { queue: string }>;
    readonly enqueued: Detail<Sent>;
    readonly "not enqueued": Fault<Sent & Because>;
    /** More events are left; those before them keep their marks. */
    readonly "no time left": Fault<{ source?: string | undefined; events: number }>;
    readonly spilled: Fault<Sent & Because>;
    readonly "not spilled": Fault<Sent & Because>;
  };
  readonly process: {
    readonly ignored: Info<OfEvent & { reason: "no-processor" | "test-event" }>;
    readonly done: Info<Attempted & { milliseconds: number }>;
    readonly duplicate: Info<OfRun>;
    readonly processing: Info<OfRun>;
    /** About one run, or about so many events. */
    readonly "no time left": Info<OfRun> | Info<{ source: string; events: number }>;
    readonly burned: Detail<OfRun>;
    readonly cut: Fault<Attempted & Because>;
    /** `stack`: where it was thrown, a frame a line; it never holds the message. */
    readonly failed: Fault<Attempted & Because & { stack?: string }>;
    readonly overran: Fault<Attempted>;
    readonly dead: Fault<OfRun & { attempt?: number; stack?: string } & Because>;
    readonly "not over in time": Fault<OfRun>;
    readonly "claim failed": Fault<OfRun & Because>;
    readonly "record not read": Fault<Partial<OfEvent> & { processor: string } & Because>;
    readonly "done not recorded": Fault<OfRun & Because>;
    readonly "failure not recorded": Fault<OfRun & { attempt?: number; reason: string } & Because>;
    readonly "not re-opened": Fault<OfRun & Because>;
    readonly "back-off not set": Fault<{ processor: string } & Because>;
    /** Reported once, when a receiver is made. */
    readonly "records in memory": Fault<{ text: string }>;
    readonly "unknown envelope": Fault<{ processor: string; messageId: string }>;
  };
  /** A line that a run writes itself. */
  readonly run: { readonly said: Info<Said> | Fault<Said> | Detail<Said> };
  readonly drain: {
    readonly drained: Info<Sent>;
    readonly left: Fault<Partial<OfEvent> & { queue: string; reference?: string } & Because>;
  };
  readonly archive: {
    /** An object was stored. */
    readonly archived: Info<OfHour & { object: string; bytes: number }>;
    readonly "not archived": Fault<OfHour & Because>;
  };
  /** The stage's own delivery to this entrance was answered otherwise than a provider's must be. */
  readonly canary: { readonly "wrong answer": Fault<{ url: string } & Because> };
};

type EntryOf<Step extends keyof Kinds, Kind extends keyof Kinds[Step]> = {
  readonly step: Step;
  readonly kind: Kind;
} & Kinds[Step][Kind];

/**
 * A log entry: its `level` (`info`, `error`, `debug`), its `step` and `kind`, and their fields. It never holds a secret, an
 * expected signature or a payload, except for a run's own lines: `{ step: "run", kind: "said" }`.
 */
export type LogEntry = {
  [Step in keyof Kinds]: { [Kind in keyof Kinds[Step]]: EntryOf<Step, Kind> }[keyof Kinds[Step]];
}[keyof Kinds];

/** `<step> <kind>` of every entry. */
export type EntryName = LogEntry extends infer Entry
  ? Entry extends { readonly step: infer Step extends string; readonly kind: infer Kind extends string }
    ? `${Step} ${Kind}`
    : never
  : never;

/**
 * Takes log entries. An error that it throws is dropped: no delivery and no run ends otherwise because of it.
 *
 * @example
 * ```ts
 * import type { Log } from "@hookline/hookline";
 * import { equal } from "node:assert/strict";
 *
 * const lines: string[] = [];
 * const log: Log = ({ level, step, kind }) => lines.push(`${level} ${step}: ${kind}`);
 * log({ level: "info", step: "verify", kind: "handshake answered", source: "github" });
 * equal(lines.join(), "info verify: handshake answered");
 * ```
 */
export type Log = (entry: LogEntry) => unknown;

/** A log that writes nothing. */
export const silent: Log = () => {};

/** The default log: errors alone. */
const toConsole: Log = (entry) => {
  if (entry.level === "error") console.error(`hookline ${jsonLine(entry)}`);
};

/** Reports an entry, and ignores every failure of the log. Defaults to errors on `console.error`. */
export function report(log: Log | undefined, entry: LogEntry): void {
  try {
    const told = (log ?? toConsole)(entry);
    // A log is not awaited, and its rejection would end the process.
    if (typeof told === "object") void settled(told);
  } catch {
    // A log that fails must not have a delivery or a run fail.
  }
}

async function settled(told: unknown): Promise<void> {
  try {
    await told;
  } catch {
    // The same as a throw.
  }
}

/** The whole milliseconds since a time of `performance.now()`. */
export function millisecondsSince(started: number): number {
  return Math.round(performance.now() - started);
}
