import type { Log, WebhookEvent } from "../../../../lambdas/core/mod.ts";
import type { SentEvent, SourceName } from "../sources.ts";
import type { Invocation } from "../virtual-time.ts";

/** One run of a processor that had its effect. */
export type Effect = {
  readonly queue: string;
  readonly identity: string;
  /** That of the copy: see `WebhookEvent`. */
  readonly period: string | undefined;
  readonly invocation: Invocation;
  /** When, in milliseconds since 1970. */
  readonly at: number;
};

/** What an invocation of the verifier answered, whether the provider heard it or not. */
export type Answered = {
  readonly source: string;
  readonly status: number;
  readonly outcome: string;
  readonly identities: readonly string[];
  readonly invocation: Invocation;
};

type Arrival = { readonly copies: number; readonly queue: string; readonly envelope: string };
/** A line of the log about a copy: `replay` where it is one of a replay. */
type Line = {
  readonly text: string;
  readonly queue: string;
  readonly id: string;
  readonly replay: string | undefined;
};

type Delivered = { readonly source: SourceName; readonly events: readonly SentEvent[] };

export type Promised = {
  readonly queue: string;
  readonly source: string;
  readonly event: SentEvent;
  readonly identity: string;
  /** The id of the replay that was promised; absent for an event. */
  readonly replay?: string | undefined;
};

/** What happened in a stack, as far as a promise speaks of it. */
export type Journal = {
  /** Promises that were broken, each in one line. */
  readonly broken: string[];
  /** By `<queue> <identity>`: how many copies ever were in the queue, and the first of them. */
  readonly arrivals: Map<string, Arrival>;
  /** Invocations of the verifier, those included that never answered, and what was delivered to them. */
  readonly verifications: Map<Invocation, Delivered>;
  /** Whose event a copy is, by its source, its body's beginning and the time at which it was received. */
  readonly identities: Map<string, string>;
  /** Keys of ingress records that were ever re-opened. */
  readonly reopened: Set<string>;
  readonly answers: Answered[];
  /** What a 2xx or a replay has promised, by `<queue> <identity>`: that the event will be processed there. */
  readonly promised: Map<string, Promised>;
  readonly effects: Effect[];
  readonly runs: Map<string, number>;
  readonly lines: Line[];
  /** How often an effect was repeated, each time with its reason. */
  repeats: number;
};

export function createJournal(): Journal {
  return {
    ...{
      broken: [],
      arrivals: new Map(),
      verifications: new Map(),
      identities: new Map(),
      reopened: new Set(),
      answers: [],
      promised: new Map(),
      effects: [],
    },
    ...{ runs: new Map(), lines: [], repeats: 0 },
  };
}

/** A log that the promises are looked up in: "a reason that could not be written is in the log". */
export function logInto(journal: Journal): Log {
  return (entry) => {
    const none = { processor: undefined, id: undefined, replay: undefined };
    const { level, kind: text, processor: queue = "", id = "", replay } = { ...none, ...entry };
    if (level !== "debug") journal.lines.push({ text, queue, id, replay });
  };
}

/** Names a copy of an event for `Journal.identities`. */
export function copyName(
  event: Pick<WebhookEvent, "source" | "key" | "received">,
  { id, type, content }: SentEvent,
): string {
  return `${event.source} ${event.key} ${id} ${type} ${content} ${event.received.getTime()}`;
}

/** Lines that say why an event was not processed. `killed` is Lambda's own: `Task timed out`, `Runtime exited`. */
const reasons: readonly string[] = [
  "dead",
  "failed",
  "overran",
  "claim failed",
  "killed",
  "killed before its first write",
];

export function hasReason(journal: Journal, queue: string, id: string, replay: string | undefined): boolean {
  const isIts = (line: Line) => line.queue === queue && line.id === id && line.replay === replay;
  return journal.lines.some((line) => isIts(line) && reasons.includes(line.text));
}

/** An event's identity, or that of its replay: whose runs and effects are counted together. */
export function identityIn(identity: string, replay: string | undefined): string {
  return replay === undefined ? identity : `${identity}, replayed by ${replay}`;
}
