import type { Construct } from "constructs";
import { archiveQueue, queueName } from "../../queue-names.ts";
import { type AlarmsOf, awsFigure, createAlarm, figure, math, sum } from "./alarm.ts";
import { waiting } from "./event-alarms.ts";
import type { KindName } from "./kinds.ts";

export type StageAlarmsProps = AlarmsOf & {
  readonly verifierName: string;
  readonly spillDrainName: string;
  /** The canary's function; absent: there is none. */
  readonly canaryName?: string;
  /** There is an archive. */
  readonly archives: boolean;
};

/** A kind of alarm that is about the stage. */
type StageKind = Exclude<
  KindName,
  "dlq-not-empty" | "events-waiting" | "signature-failures" | "no-traffic" | "canary-failed"
>;

/** The kinds of alarms that are about the stage; one with a canary has `canary-failed`, too. */
export const stageKinds: readonly StageKind[] = [
  "verifier-faults",
  "deliveries-throttled",
  "secret-unusable",
  "degraded",
  "retention-risk",
  "processor-failures",
  "event-unreadable",
];

/** Half of a queue's retention of 7 days. */
const halfRetentionSeconds = 302_400;

/** The alarms that a stage has once, however many event types and sources there are. */
export function createStageAlarms(scope: Construct, props: StageAlarmsProps): void {
  const { verifierName, spillDrainName, canaryName, archives, ...alarms } = props;
  const { stage } = alarms;
  const own = (name: Parameters<typeof figure>[0], given?: Parameters<typeof figure>[2]) =>
    figure(name, { Stage: stage }, given);
  const ofVerifier = (name: string, given?: Parameters<typeof awsFigure>[3]) =>
    awsFigure("Lambda", name, { FunctionName: verifierName }, given);
  const made: Readonly<Record<StageKind, Pick<Parameters<typeof createAlarm>[2], "metric" | "above" | "datapoints">>> =
    {
      "verifier-faults": {
        metric: math(`100 * ${sum("errors", "unavailable")} / invocations`, {
          errors: ofVerifier("Errors"),
          unavailable: own("Unavailable"),
          invocations: ofVerifier("Invocations"),
        }),
        above: 1,
        datapoints: [2, 3],
      },
      "deliveries-throttled": { metric: ofVerifier("Throttles", { minutes: 1 }), above: 0, datapoints: [2, 3] },
      "secret-unusable": { metric: own("SecretUnusable"), above: 0 },
      // More than 5 % of deliveries without a record or a mark, or an event in the spill, or a drain that fails: for longer than
      // one period, since the next drain ends most of it.
      degraded: {
        metric: math(
          `IF(100 * ${sum("unavailable", "unmarked")} > 5 * FILL(invocations, 0) OR ${sum("spilled", "left", "errors")} > 0, 1, 0)`,
          {
            unavailable: own("DedupeUnavailable"),
            unmarked: own("MarkFailed"),
            invocations: ofVerifier("Invocations"),
            spilled: own("Spilled"),
            left: own("SpillLeft"),
            errors: awsFigure("Lambda", "Errors", { FunctionName: spillDrainName }),
          },
        ),
        above: 0,
        datapoints: [2, 3],
      },
      // Counted at every receive, back-offs included: what SQS's own age leaves out after three.
      "retention-risk": { metric: own("OldestSeconds", { statistic: "Maximum" }), above: halfRetentionSeconds },
      "processor-failures": {
        metric: math(`100 * ${sum("failed", "dead")} / ${sum("failed", "dead", "done")}`, {
          failed: own("ItemsFailed"),
          dead: own("ItemsDead"),
          done: own("ItemsDone"),
        }),
        above: 10,
        datapoints: [3, 5],
      },
      "event-unreadable": { metric: own("Unreadable"), above: 0 },
    };
  for (const kind of stageKinds) createAlarm(scope, kind, { ...alarms, kind, ...made[kind] });
  if (canaryName !== undefined) {
    createAlarm(scope, "canary-failed", {
      ...alarms,
      kind: "canary-failed",
      // Lambda says of every run whether it failed, so that no figure is no run. The drain has the same schedule: before its first run
      // a new stage's canary is not late, and no alarm is raised.
      metric: math("IF(drains > 0, FILL(failed, 1), 0)", {
        drains: awsFigure("Lambda", "Invocations", { FunctionName: spillDrainName }),
        failed: awsFigure("Lambda", "Errors", { FunctionName: canaryName }),
      }),
      above: 0,
      datapoints: [2, 3],
    });
  }
  if (!archives) return;
  createAlarm(scope, "archive", {
    ...alarms,
    ...{ kind: "events-waiting", subject: archiveQueue },
    impact: "Events are processed as always, and are not archived: none can be found or replayed until they are",
    ...waiting(queueName(stage, archiveQueue)),
  });
}
