import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { namespace, perSource } from "../../lambdas/aws/log/metrics.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";

type Figure = (typeof perSource)[number];

/** The figures of a source in this hour and the 23 before it, as CloudWatch keeps them. */
export type SourceFigures = Readonly<Record<Figure, number>> & {
  /** The end of the last hour in which an event was accepted; undefined where there was none in the last 8 days. */
  readonly accepted: Date | undefined;
};

const hourSeconds = 3600;
/** A day more than the longest time within which an event can be expected. */
const hoursBack = 192;
/** A call takes no more. */
const queriesTogether = 500;

/**
 * Asks CloudWatch for the figures of sources. A call costs 0.01 USD for 1,000 figures, and there are three of each source, however many
 * hours they have.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export async function sourceFigures(
  client: Pick<CloudWatchClient, "send">,
  { stage, sources, now }: { readonly stage: string; readonly sources: readonly string[]; readonly now: Date },
): Promise<ReadonlyMap<string, SourceFigures>> {
  const asked = sources.flatMap((source) => perSource.map((name) => ({ source, name })));
  const none = (): { -readonly [Name in keyof SourceFigures]: SourceFigures[Name] } => {
    return { Deliveries: 0, Accepted: 0, SignatureInvalid: 0, accepted: undefined };
  };
  const figures = new Map(sources.map((source) => [source, none()]));
  // CloudWatch keeps hours of the clock.
  const hour = Math.floor(now.getTime() / 1000 / hourSeconds);
  const dayAgo = (hour - 23) * hourSeconds * 1000;
  const StartTime = new Date((hour + 1 - hoursBack) * hourSeconds * 1000);
  const EndTime = new Date((hour + 1) * hourSeconds * 1000);
  for (let from = 0; from < asked.length; from += queriesTogether) {
    const part = asked.slice(from, from + queriesTogether);
    const MetricDataQueries = part.map(({ source, name }, index): MetricDataQuery => {
      const Dimensions = [
        { Name: "Stage", Value: stage },
        { Name: "Source", Value: source },
      ];
      const Metric = { Namespace: namespace, MetricName: name, Dimensions };
      return { Id: `m${index}`, MetricStat: { Metric, Period: hourSeconds, Stat: "Sum" } };
    });
    let NextToken: string | undefined;
    do {
      const range = { MetricDataQueries, StartTime, EndTime };
      const page = await client.send(new GetMetricDataCommand({ ...range, ...defined({ NextToken }) }));
      for (const { Id = "", Values = [], Timestamps = [] } of page.MetricDataResults ?? []) {
        const { source = "", name = "Deliveries" } = part[Number(Id.slice(1))] ?? {};
        const own = figures.get(source);
        if (own === undefined) continue;
        for (const [index, value] of Values.entries()) {
          const began = Timestamps[index]?.getTime() ?? dayAgo;
          if (began >= dayAgo) own[name] += value;
          const ended = new Date(began + hourSeconds * 1000);
          if (name === "Accepted" && value > 0 && ended > (own.accepted ?? 0)) own.accepted = ended;
        }
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return figures;
}
