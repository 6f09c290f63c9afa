/** A page wakes an operator: events wait, are refused or may be lost. A warning is for working hours. */
type Level = "page" | "warning";

/** A kind of alarm: its section in the runbook, and what harm there is while one is in ALARM. */
type Kind = { readonly level: Level; readonly impact: string };

/**
 * Every kind by the end of its alarms' names, which is its anchor in `infra/RUNBOOK.md` too. Those of an event type say
 * the impact of its event file first.
 */
export const kinds: Readonly<Record<KindName, Kind>> = {
  // For each event type.
  "dlq-not-empty": { level: "page", impact: "Events are in the DLQ and nobody redrives them" },
  "dlq-ageing": {
    level: "page",
    impact: "Events have been in the DLQ for 3 days and are deleted 14 days after their send",
  },
  "queue-stuck": {
    level: "page",
    impact: "Events wait in the queue, and it would take an hour or more until the last is processed",
  },
  // For each source.
  "signature-failures": {
    level: "warning",
    impact: "Deliveries of this source are refused: a rotated secret is not set here, or somebody forges them",
  },
  "no-traffic": { level: "warning", impact: "This source has sent nothing for longer than it should" },
  // For the stage: intake.
  "verifier-faults": {
    level: "page",
    impact: "More than 1 % of deliveries are answered 5xx: providers that never retry lose them",
  },
  "deliveries-throttled": { level: "page", impact: "Deliveries are rejected before they reach the verifier" },
  "secret-unset": {
    level: "page",
    impact: "Every delivery of a source is answered 503: it has no usable secret or URL",
  },
  "dedupe-down": {
    level: "page",
    impact: "More than 5 % of deliveries are forwarded without a record: copies reach the processors",
  },
  "dedupe-unavailable": {
    level: "warning",
    impact: "Some events are forwarded without a record: copies reach the processors",
  },
  "records-unfinished": {
    level: "warning",
    impact: "More than 1 % of events are forwarded twice or not marked: copies reach the processors",
  },
  "door-errors": { level: "warning", impact: "Deliveries are answered 5xx: their providers must retry" },
  "refused-at-edge": {
    level: "warning",
    impact: "Deliveries are refused before they reach the verifier, as too large or too many",
  },
  "slow-answers": {
    level: "warning",
    impact: "Answers take half of the least patient provider's time or more: it may give up",
  },
  "event-unreadable": {
    level: "warning",
    impact: "Verified events have no readable id or type: they may reach no processor",
  },
  "table-errors": {
    level: "warning",
    impact: "DynamoDB throttles or fails: dedupe lets copies through and processing is delayed",
  },
  "account-concurrency": {
    level: "warning",
    impact: "The account is close to its limit of concurrent Lambdas: deliveries will be throttled",
  },
  "archive-stuck": {
    level: "warning",
    impact: "Events are accepted and processed, but not archived: none can be found or replayed until they are",
  },
  // For the stage: processing.
  "retention-risk": { level: "page", impact: "Half of the time until a queue deletes an unprocessed event is over" },
  "events-spilled": {
    level: "page",
    impact: "Queues do not take events, which wait in the bucket for the next drain",
  },
  "queue-lag": { level: "warning", impact: "Events wait more than 5 minutes for their first run" },
  "processor-failures": { level: "warning", impact: "More than 10 % of runs fail" },
  // Their parents: composite alarms.
  source: { level: "page", impact: "Events of this source are not processed" },
  processing: { level: "page", impact: "Events are accepted but not processed" },
  intake: { level: "page", impact: "Deliveries are rejected" },
  warnings: { level: "warning", impact: "Something needs attention in working hours" },
};

export type KindName =
  | "dlq-not-empty"
  | "dlq-ageing"
  | "queue-stuck"
  | "signature-failures"
  | "no-traffic"
  | "verifier-faults"
  | "deliveries-throttled"
  | "secret-unset"
  | "dedupe-down"
  | "dedupe-unavailable"
  | "records-unfinished"
  | "door-errors"
  | "refused-at-edge"
  | "slow-answers"
  | "event-unreadable"
  | "table-errors"
  | "account-concurrency"
  | "archive-stuck"
  | "retention-risk"
  | "events-spilled"
  | "queue-lag"
  | "processor-failures"
  | "source"
  | "processing"
  | "intake"
  | "warnings";

/** The meaning of `subject`: a queue's name after its stage, a source, or nothing for the stage. */
export function alarmName(stage: string, kind: KindName, subject?: string): string {
  return `${alarmPrefix(stage)}${subject === undefined ? "" : `${subject}-`}${kind}`;
}

/** The beginning of the names of a stage's alarms. */
export const alarmPrefix = (stage: string): string => `hookline-${stage}-`;

/** The place to read on: in this repository, or in the package. */
export const runbook: string = import.meta.url.endsWith(".ts")
  ? "infra/RUNBOOK.md"
  : "@hookline/hookline/infra/RUNBOOK.md";

/** The text of an alarm: the harm, and where to read on. */
export function alarmText(kind: KindName, impact?: string): string {
  return `${impact === undefined ? "" : `${impact}. `}${kinds[kind].impact}: see ${runbook}#${kind}`;
}
