import type { SQSEvent } from "aws-lambda";
import { type EntryName, type Log, type LogEntry, silent } from "../../core/log.ts";
import { canarySource } from "../canary-source.ts";
import type { HttpResult } from "../http/http-event.ts";
import { createLines, type Lines } from "./lines.ts";

/** Where CloudWatch keeps our figures. */
export const namespace = "Hookline";

/** Figures of the verifier, all with the dimension `Stage`. All are counts, except those whose names end in Milliseconds. */
type IngressFigure =
  | "Deliveries"
  | "Accepted"
  | "Duplicate"
  | "Ignored"
  | "TestIgnored"
  | "Refused"
  | "SignatureInvalid"
  | "Unavailable"
  | "SecretUnset"
  | "SecretUnusable"
  | "Unreadable"
  | "DedupeUnavailable"
  | "Forwarded"
  | "MarkFailed"
  | "Spilled"
  | "AnswerMilliseconds";

/** Those that are kept for every source as well, with `Stage` and `Source`: each costs 0.30 USD a month there. */
export const perSource: readonly ["Deliveries", "Accepted", "SignatureInvalid"] = [
  "Deliveries",
  "Accepted",
  "SignatureInvalid",
];

/** Figures of all processors of a stage. All are counts, except those whose names end in Seconds. */
type ProcessingFigure = "ItemsDone" | "ItemsFailed" | "ItemsDead" | "QueuedSeconds" | "OldestSeconds";

/** Figures of the spill drain: events of the spill that it left for the next drain. */
type DrainFigure = "SpillLeft";

/** Every figure of ours. */
export type Figure = IngressFigure | ProcessingFigure | DrainFigure;
type Figures = Map<Figure, number>;

/** The figure that an entry counts for; with reasons, only for one of them. */
export const counted: {
  readonly [Name in EntryName]?: readonly { readonly figure: Figure; readonly reasons?: RegExp }[];
} = {
  "verify refused": [{ figure: "SignatureInvalid", reasons: /^(signature|timestamp|header)-/ }],
  "verify unavailable": [
    { figure: "SecretUnset", reasons: /^secret-unset$/ },
    { figure: "SecretUnusable", reasons: /^(secret-malformed|url-unset)$/ },
  ],
  "verify unreadable": [{ figure: "Unreadable" }],
  "dedupe new": [{ figure: "Accepted" }],
  "dedupe duplicate": [{ figure: "Duplicate" }],
  "dedupe ignored": [{ figure: "Ignored" }, { figure: "TestIgnored", reasons: /^test-event$/ }],
  "dedupe forwarded": [{ figure: "Forwarded" }],
  "dedupe dedupe unavailable": [{ figure: "DedupeUnavailable" }],
  "dedupe mark failed": [{ figure: "MarkFailed" }],
  "enqueue spilled": [{ figure: "Spilled" }],
  "process done": [{ figure: "ItemsDone" }],
  "process failed": [{ figure: "ItemsFailed" }],
  "process overran": [{ figure: "ItemsFailed" }],
  "process claim failed": [{ figure: "ItemsFailed" }],
  "process dead": [{ figure: "ItemsDead" }],
  "process unknown envelope": [{ figure: "ItemsDead" }],
};

/**
 * Counts core's entries, and writes the sums of an invocation in CloudWatch's embedded metric format, as a part of the line that
 * `holds` says may be its last, or as a line: no call, and no wait. Only sums above zero are written, since a custom metric costs in
 * the hours in which it gets values.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function createCounts(log: Log, stage: string, lines: Lines, holds: (entry: LogEntry) => boolean = () => false) {
  let figures: Figures = new Map();
  let source: string | undefined;
  const add = (figure: Figure, value = 1) => figures.set(figure, (figures.get(figure) ?? 0) + value);
  const count = (entry: LogEntry) => {
    // A run names its event's source as the queue has it; the source of a delivery is one of ours, never a sender's text.
    if (entry.step !== "run" && "source" in entry) source = entry.source ?? source;
    const reason = "reason" in entry ? entry.reason : "";
    for (const { figure, reasons } of counted[`${entry.step} ${entry.kind}` as EntryName] ?? []) {
      if (reasons === undefined || reasons.test(reason ?? "")) add(figure);
    }
  };
  const counting: Log = (entry) => {
    count(entry);
    return holds(entry) ? lines.hold(() => log(entry)) : log(entry);
  };
  return {
    log: counting,
    figures: () => figures,
    add,
    begin() {
      figures = new Map();
      source = undefined;
    },
    flush(bySource: boolean) {
      // Figures are of providers' deliveries: the canary has an alarm of its own.
      const kept = source === canarySource ? [] : [...figures];
      const written = kept.filter(([, value]) => value !== 0).map(([name]) => name);
      lines.end(written.length === 0 ? undefined : toLine(figures, written, stage, bySource ? source : undefined));
    },
  };
}

function toLine(figures: Figures, written: readonly Figure[], stage: string, source: string | undefined): string {
  const directive = (Dimensions: readonly (readonly string[])[], names: readonly Figure[]) =>
    names.length === 0
      ? []
      : [{ Namespace: namespace, Dimensions, Metrics: names.map((Name) => ({ Name, Unit: unitOf(Name) })) }];
  const ofSource = source === undefined ? [] : perSource.filter((name) => written.includes(name));
  const ofStage = written.filter((name) => !ofSource.some((one) => one === name));
  const CloudWatchMetrics = [
    ...directive([["Stage"], ["Stage", "Source"]], ofSource),
    ...directive([["Stage"]], ofStage),
  ];
  const values = Object.fromEntries(written.map((name) => [name, figures.get(name)]));
  const dimensions = { Stage: stage, ...(ofSource.length === 0 ? {} : { Source: source }) };
  return `${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...dimensions, ...values })}\n`;
}

function unitOf(figure: string): string {
  if (figure.endsWith("Milliseconds")) return "Milliseconds";
  return figure.endsWith("Seconds") ? "Seconds" : "Count";
}

/** The same Lambda function, measured: an invocation's figures are written when it ends, thrown or not. */
type Measured<Event, Context, Result> = (event: Event, context: Context) => Promise<Result>;

/** The figures of the verifier: `log` goes into its ports, `measured` around it. */
export function createIngressMetrics(
  log: Log,
  stage: string,
  lines: Lines = createLines(),
): {
  readonly log: Log;
  measured<Event, Context>(lambda: Measured<Event, Context, HttpResult>): Measured<Event, Context, HttpResult>;
} {
  // Nothing of a delivery is left to do after its last entry but its mark and its answer.
  const counts = createCounts(
    log,
    stage,
    lines,
    ({ level, step }) => level === "info" && /^(verify|dedupe)$/.test(step),
  );
  const measured =
    <Event, Context>(lambda: Measured<Event, Context, HttpResult>): Measured<Event, Context, HttpResult> =>
    async (event, context) => {
      counts.begin();
      const started = performance.now();
      let status = 500;
      try {
        const result = await lambda(event, context);
        status = result.statusCode ?? 200;
        return result;
      } finally {
        counts.add("Deliveries");
        // Rounded up: a zero would not be written, and the quickest answers would be missing.
        counts.add("AnswerMilliseconds", Math.ceil(performance.now() - started));
        // Nobody has set this source up yet: a stranger who posts to it is no fault of the stage.
        if (status >= 400 && status < 500) counts.add("Refused");
        else if (status >= 500 && !counts.figures().has("SecretUnset")) counts.add("Unavailable");
        // An event that was claimed and then answered 503 is retried, and counts then.
        if (status >= 400) counts.figures().delete("Accepted");
        counts.flush(true);
      }
    };
  return { log: counts.log, measured };
}

/** The figures of a processor: `log` goes into its ports, `measured` around it. */
export function createProcessingMetrics(
  log: Log,
  stage: string,
  lines: Lines = createLines(),
): {
  readonly log: Log;
  measured<Context, Result>(lambda: Measured<SQSEvent, Context, Result>): Measured<SQSEvent, Context, Result>;
} {
  let isAlone = false;
  // A run of a batch may be killed, and the line of the one before it must not be lost with it.
  const counts = createCounts(log, stage, lines, ({ step, kind }) => isAlone && step === "process" && kind === "done");
  const measured =
    <Context, Result>(lambda: Measured<SQSEvent, Context, Result>): Measured<SQSEvent, Context, Result> =>
    async (event, context) => {
      counts.begin();
      isAlone = event.Records.length === 1;
      for (const [figure, seconds] of agesOf(event)) counts.figures().set(figure, seconds);
      try {
        return await lambda(event, context);
      } finally {
        counts.flush(false);
      }
    };
  return { log: counts.log, measured };
}

/** The figures of the spill drain: `measured` goes around it. */
export function createDrainMetrics(
  stage: string,
  lines: Lines = createLines(),
): {
  measured<Context, Result extends { readonly left: number }>(
    lambda: Measured<unknown, Context, Result>,
  ): Measured<unknown, Context, Result>;
} {
  const counts = createCounts(silent, stage, lines);
  const measured =
    <Context, Result extends { readonly left: number }>(
      lambda: Measured<unknown, Context, Result>,
    ): Measured<unknown, Context, Result> =>
    async (event, context) => {
      counts.begin();
      const result = await lambda(event, context);
      counts.add("SpillLeft", result.left);
      counts.flush(false);
      return result;
    };
  return { measured };
}

/**
 * How long the oldest event of a batch has waited since its send: of those on their first receive, and of all. SQS's own age
 * omits messages that were received three times. Replays wait for as long as their pace says.
 */
function agesOf(event: SQSEvent): readonly (readonly [ProcessingFigure, number])[] {
  const ages = (records: SQSEvent["Records"]) =>
    records.map(({ attributes }) => Math.round((Date.now() - Number(attributes.SentTimestamp)) / 1000));
  const Records = event.Records.filter(({ body }) => !body.includes('"hooklinereplay":'));
  const first = Records.filter(({ attributes }) => attributes.ApproximateReceiveCount === "1");
  return [
    ["QueuedSeconds", Math.max(0, ...ages(first).filter(Number.isFinite))],
    ["OldestSeconds", Math.max(0, ...ages(Records).filter(Number.isFinite))],
  ];
}
