import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { defined } from "../../../lambdas/core/bytes/defined.ts";
import { type AlarmsOf, awsFigure, createAlarm, math } from "./alarm.ts";
import type { KindName } from "./kinds.ts";

/** The kinds that every event type has. CloudWatch bills an alarm by its metrics, and what can be seen by stage is not here. */
export const eventKinds: readonly KindName[] = ["dlq-not-empty", "events-waiting"];

/** Half of a queue's retention of 7 days, in periods of 5 minutes. */
const halfRetentionPeriods = 1008;
/** In the DLQ. SQS counts from the arrival there; an event may have been in its queue for 7 of its 14 days by then. */
const longSeconds = 3 * 86_400;

/** The alarms of an event type: two, of five metrics. */
export function createEventAlarms(
  scope: Construct,
  props: AlarmsOf & {
    /** The suffix of its queues, after the stage's prefix. */
    readonly subject: string;
    readonly queueName: string;
    readonly dlqName: string;
    /** The harm, as the event file says it. */
    readonly impact: string;
  },
): void {
  const { dlqName: QueueName, queueName, ...given } = props;
  createAlarm(scope, "DlqNotEmpty", {
    ...given,
    kind: "dlq-not-empty",
    metric: awsFigure("SQS", "ApproximateNumberOfMessagesVisible", { QueueName }, { minutes: 1, statistic: "Maximum" }),
    above: 0,
  });
  const age = awsFigure("SQS", "ApproximateAgeOfOldestMessage", { QueueName }, { statistic: "Maximum" });
  createAlarm(scope, "EventsWaiting", { ...given, kind: "events-waiting", ...waiting(queueName, age) });
}

/** The metric of a queue that is not worked off, or of a DLQ that nobody takes care of, and when it counts. */
export function waiting(
  QueueName: string,
  age?: IMetric,
): Pick<Parameters<typeof createAlarm>[2], "metric" | "above" | "datapoints"> {
  const ofQueue = (name: string, statistic: string) => awsFigure("SQS", name, { QueueName }, { statistic });
  // Without SQS's age of the oldest message, which leaves out what was received three times. Either events lie there and
  // at the pace of these five minutes it takes an hour to finish them (none at all finished: a stopped mapping, or a
  // processor that cannot start), or so many wait for their back-off that half of the retention would not do.
  const there = "(visible + hidden)";
  const slow = `visible > 0 AND ${there} > 12 * FILL(finished, 0)`;
  const late = `${there} > ${halfRetentionPeriods} * (FILL(finished, 0) + 1)`;
  const dead = age === undefined ? "" : ` OR (FILL(age, 0) > ${longSeconds})`;
  return {
    metric: math(`IF((${slow}) OR (${late})${dead}, 1, 0)`, {
      visible: ofQueue("ApproximateNumberOfMessagesVisible", "Minimum"),
      hidden: ofQueue("ApproximateNumberOfMessagesNotVisible", "Minimum"),
      finished: ofQueue("NumberOfMessagesDeleted", "Sum"),
      ...defined({ age }),
    }),
    above: 0,
    datapoints: [3, 3],
  };
}
