import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { type Figure, namespace } from "../../../lambdas/aws/log/metrics.ts";
import { alarmName, alarmText, type KindName } from "./kinds.ts";

type AlarmProps = {
  readonly stage: string;
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

/** Makes an alarm that sends no notification: its composite does, so that an incident pages once. Returns its name. */
export function createAlarm(scope: Construct, id: string, props: AlarmProps): string {
  const { stage, kind, subject, metric, above, datapoints: [breaching, of] = [1, 1] } = props;
  const name = alarmName(stage, kind, subject);
  new Alarm(scope, id, {
    alarmName: name,
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
  return name;
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
