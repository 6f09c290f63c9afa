import type { Construct } from "constructs";
import { awsFigure, createAlarm, math } from "./alarm.ts";
import { alarmName, type KindName } from "./kinds.ts";

/** Those that every event type has. CloudWatch bills an alarm by its metrics, and what can be seen by stage is not here. */
const eventAlarms: readonly KindName[] = ["dlq-not-empty", "dlq-ageing", "queue-stuck"];

/** Half of a queue's retention of 7 days, in periods of 5 minutes. */
const halfRetentionPeriods = 1008;

/** The names of an event type's alarms: of its queue behind the stage's prefix. */
export function eventAlarmNames(stage: string, queue: string): readonly string[] {
  return eventAlarms.map((kind) => alarmName(stage, kind, queue));
}

/** The alarms of an event type: three, of five metrics. */
export function createEventAlarms(
  scope: Construct,
  props: {
    readonly stage: string;
    /** The suffix of its queues, after the stage's prefix. */
    readonly subject: string;
    readonly queueName: string;
    readonly dlqName: string;
    /** The harm, as the event file says it. */
    readonly impact: string;
  },
): void {
  const { stage, subject, impact } = props;
  const given = { stage, subject, impact };
  const ofDlq = (name: string, minutes: number) =>
    awsFigure("SQS", name, { QueueName: props.dlqName }, { minutes, statistic: "Maximum" });
  createAlarm(scope, "DlqNotEmpty", {
    ...given,
    kind: "dlq-not-empty",
    metric: ofDlq("ApproximateNumberOfMessagesVisible", 1),
    above: 0,
  });
  // Counted from the arrival in the DLQ; an event may have been in its queue for 7 of its 14 days by then.
  createAlarm(scope, "DlqAgeing", {
    ...given,
    kind: "dlq-ageing",
    metric: ofDlq("ApproximateAgeOfOldestMessage", 5),
    above: 3 * 86_400,
  });
  createAlarm(scope, "QueueStuck", { ...given, kind: "queue-stuck", ...stuck(props.queueName) });
}

/** The metric of a queue that is not worked off, and when it counts. */
export function stuck(QueueName: string): Pick<Parameters<typeof createAlarm>[2], "metric" | "above" | "datapoints"> {
  const ofQueue = (name: string, statistic: string) => awsFigure("SQS", name, { QueueName }, { statistic });
  // Without SQS's age of the oldest message, which leaves out what was received three times. Either events lie there and
  // at the pace of these five minutes it takes an hour to finish them (none at all finished: a stopped mapping, or a
  // processor that cannot start), or so many wait for their back-off that half of the retention would not do.
  const waiting = "(visible + hidden)";
  const slow = `visible > 0 AND ${waiting} > 12 * FILL(finished, 0)`;
  const late = `${waiting} > ${halfRetentionPeriods} * (FILL(finished, 0) + 1)`;
  return {
    metric: math(`IF((${slow}) OR (${late}), 1, 0)`, {
      visible: ofQueue("ApproximateNumberOfMessagesVisible", "Minimum"),
      hidden: ofQueue("ApproximateNumberOfMessagesNotVisible", "Minimum"),
      finished: ofQueue("NumberOfMessagesDeleted", "Sum"),
    }),
    above: 0,
    datapoints: [3, 3],
  };
}
