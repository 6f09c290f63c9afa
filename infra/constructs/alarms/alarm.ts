import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  type AlarmBase,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { type Figure, namespace } from "../../../lambdas/aws/log/metrics.ts";
import { alarmName, alarmText, type KindName, kinds } from "./kinds.ts";

/** The alarms that a stage has. */
export type AlarmSet = "all" | "few";

/** The part that all alarms of a stage share. */
export type AlarmsOf = {
  readonly stage: string;
  readonly set: AlarmSet;
  /** Who is told, of an alarm and of its end. */
  readonly topics: readonly ITopic[];
};

/** Whether alarms of a kind are among those of a stage. */
export const isAmong = (set: AlarmSet, kind: KindName): boolean => set === "all" || kinds[kind].few === true;

/** Tells topics of an alarm, and of its end. */
export function notify(alarm: AlarmBase, topics: readonly ITopic[]): void {
  const actions = topics.map((topic) => new SnsAction(topic));
  if (actions.length === 0) return;
  alarm.addAlarmAction(...actions);
  alarm.addOkAction(...actions);
}

type AlarmProps = AlarmsOf & {
  readonly kind: KindName;
  /** The subject of the alarm, where it is not the whole stage: see {@linkcode alarmName}. */
  readonly subject?: string;
  /** The harm in the words of an event file. */
  readonly impact?: string;
  readonly metric: IMetric;
  readonly above: number;
  /** How many of how many periods must be above. Defaults to 1 of 1. */
  readonly datapoints?: readonly [breaching: number, of: number];
  /** True where no figures are bad news. */
  readonly missingIsBad?: boolean;
  readonly below?: boolean;
};

/** Makes an alarm, where the stage's set has its kind. Without topics, a composite above it notifies. */
export function createAlarm(scope: Construct, id: string, props: AlarmProps): void {
  const { stage, set, topics, kind, subject, metric, above, datapoints: [breaching, of] = [1, 1] } = props;
  if (!isAmong(set, kind)) return;
  const alarm = new Alarm(scope, id, {
    alarmName: alarmName(stage, kind, subject),
    alarmDescription: alarmText(kind, props.impact),
    metric,
    threshold: above,
    comparisonOperator: props.below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: of,
    ...(breaching === of ? {} : { datapointsToAlarm: breaching }),
    // Most services send no figures where nothing happens: that is good news.
    treatMissingData: props.missingIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  notify(alarm, topics);
}

/** A figure of ours. */
export function figure(
  name: Figure,
  dimensions: { readonly Stage: string; readonly Source?: string },
  { minutes = 5, statistic = "Sum" }: { readonly minutes?: number; readonly statistic?: string } = {},
): Metric {
  return new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { ...dimensions },
    period: Duration.minutes(minutes),
    statistic,
  });
}

/** A figure of AWS's. */
export function awsFigure(
  service: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  { minutes = 5, statistic = "Sum" }: { readonly minutes?: number; readonly statistic?: string } = {},
): Metric {
  return new Metric({
    namespace: `AWS/${service}`,
    metricName: name,
    dimensionsMap: { ...dimensions },
    period: Duration.minutes(minutes),
    statistic,
  });
}

/** The sum of metrics of which some have no figures, or never had; one may be given a factor, `-1 * name`. */
export function sum(...names: readonly string[]): string {
  return `SUM([${names.map((name) => name.replace(/\w+$/, "FILL($&, 0)")).join(", ")}])`;
}

/** Metric math; a metric that has no figures in a period stands in `expression` as `FILL(name, 0)`. */
export function math(expression: string, usingMetrics: Readonly<Record<string, IMetric>>, minutes = 5): MathExpression {
  return new MathExpression({ expression, usingMetrics: { ...usingMetrics }, period: Duration.minutes(minutes) });
}
