import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** Fires while an event lies in the DLQ. `impact` is the harm, as the event file says it. */
export function alarmOnDlq(
  scope: Construct,
  props: { readonly dlq: IQueue; readonly processor: string; readonly impact: string; readonly topic: ITopic },
): void {
  const metric = props.dlq.metricApproximateNumberOfMessagesVisible({ statistic: "max", period: Duration.minutes(1) });
  metric
    .createAlarm(scope, "DlqNotEmpty", {
      alarmDescription: `${props.impact}. Events of ${props.processor} are in the DLQ: see infra/RUNBOOK.md#dlq-not-empty`,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // SQS sends no figures for an idle queue: that is good news.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    .addAlarmAction(new SnsAction(props.topic));
}
