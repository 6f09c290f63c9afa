/** A page wakes an operator: events wait, are refused or may be lost. A warning is for working hours. */
type Level = "page" | "warning";

/** A kind of alarm: its section in the runbook, and the harm that there is while one is in ALARM. */
type Kind = {
  readonly level: Level;
  readonly impact: string;
  /** A stage with `alarms: "few"` has it, too. */
  readonly few?: true;
};

/**
 * Every kind by the end of its alarms' names, which is its anchor in `infra/RUNBOOK.md` too: 12 at most, so that an operator
 * knows them. Those of an event type say the impact of its event file first.
 */
export const kinds: Readonly<Record<KindName, Kind>> = {
  // For each event type; where a source has several, one composite alarm for each of these kinds notifies.
  "dlq-not-empty": { level: "page", few: true, impact: "Events are in the DLQ and nobody redrives them" },
  "events-waiting": {
    level: "page",
    impact: "Events wait: in a queue that would take an hour or more, or in the DLQ for 3 days of at most 14",
  },
  // For each source.
  "signature-failures": {
    level: "warning",
    impact: "Deliveries of this source are refused: a rotated secret is not set here, or somebody forges them",
  },
  "no-traffic": { level: "warning", few: true, impact: "This source has sent nothing for longer than it should" },
  // For the stage.
  "verifier-faults": {
    level: "page",
    few: true,
    impact: "More than 1 % of deliveries are answered 5xx: providers that never retry lose them",
  },
  "canary-failed": {
    level: "page",
    few: true,
    impact: "The stage does not answer its own deliveries as it must, or none was posted: providers' may fare alike",
  },
  "deliveries-throttled": {
    level: "page",
    few: true,
    impact: "Deliveries are rejected before they reach the verifier",
  },
  "secret-unusable": {
    level: "page",
    few: true,
    impact: "Every delivery of a source is answered 503: its secret is malformed or its URL is unset",
  },
  degraded: {
    level: "page",
    impact: "DynamoDB or SQS fail: events go on without a record, or wait in the bucket for the next drain",
  },
  "retention-risk": {
    level: "page",
    few: true,
    impact: "Half of the time until a queue deletes an unprocessed event is over",
  },
  "processor-failures": { level: "warning", impact: "More than 10 % of runs fail" },
  "event-unreadable": {
    level: "warning",
    impact: "Verified events have no readable id or type: they may reach no processor",
  },
};

export type KindName =
  | "dlq-not-empty"
  | "events-waiting"
  | "signature-failures"
  | "no-traffic"
  | "verifier-faults"
  | "canary-failed"
  | "deliveries-throttled"
  | "secret-unusable"
  | "degraded"
  | "retention-risk"
  | "processor-failures"
  | "event-unreadable";

/** The meaning of `subject`: a queue's name after its stage, a source, all event types of a source, or nothing for the stage. */
export function alarmName(stage: string, kind: KindName, subject?: string): string {
  return `${alarmPrefix(stage)}${subject === undefined ? "" : `${subject}-`}${kind}`;
}

/** The subject of a composite alarm: all event types of a source. No source or type has a "." in the name of its queue. */
export const allOf = (source: string): string => `${source}.all`;

/** The beginning of the names of a stage's alarms. */
export const alarmPrefix = (stage: string): string => `hookline-${stage}-`;

/** The place to read on: in this repository, or in the package. */
export const runbook: string = import.meta.url.endsWith(".ts")
  ? "infra/RUNBOOK.md"
  : "@hookline/hookline/infra/RUNBOOK.md";

/** The text of an alarm: the harm, and where to read on. */
export function alarmText(kind: KindName, impact?: string): string {
  const { level, impact: harm } = kinds[kind];
  const said = [...(level === "page" ? [] : ["Not urgent"]), ...(impact === undefined ? [] : [impact]), harm];
  return `${said.join(". ")}: see ${runbook}#${kind}`;
}
