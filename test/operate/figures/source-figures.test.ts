import assert from "node:assert/strict";
import { it } from "node:test";
import { CloudWatchClient, type GetMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import { sourceFigures } from "../../../operate/figures/source-figures.ts";

it("asks CloudWatch for three figures of each source, by hours of the clock, over 8 days for the last event, and adds up what it answers page by page", async () => {
  const midnight = Date.parse("2026-11-29T00:00:00Z");
  const asked: GetMetricDataCommandInput[] = [];
  const client = new CloudWatchClient({ region: "eu-west-1" });
  client.middlewareStack.add(
    () => async (args) => {
      const input = args.input as GetMetricDataCommandInput;
      asked.push(input);
      const MetricDataResults = (input.MetricDataQueries ?? []).map(({ Id, MetricStat }) => {
        const isRefused = MetricStat?.Metric?.MetricName === "SignatureInvalid";
        const isGithub = MetricStat?.Metric?.Dimensions?.some(({ Value }) => Value === "github");
        if (isRefused) return { Id, Values: [] };
        // One of github's is of more than a day before.
        const Timestamps = (isGithub ? [11, -40, 12] : [-100, 1]).map((hour) => new Date(midnight + hour * 3_600_000));
        return { Id, Timestamps, Values: isGithub ? [1, 5, 2] : [7, 10] };
      });
      const NextToken = input.NextToken === undefined ? "2" : undefined;
      return { output: { MetricDataResults, NextToken, $metadata: {} }, response: {} };
    },
    { step: "initialize" },
  );
  const now = new Date("2026-11-29T12:34:56Z");
  const figures = await sourceFigures(client, { stage: "dev", sources: ["github", "stripe"], now });
  client.destroy();
  assert.deepEqual(Object.fromEntries(figures), {
    github: { Deliveries: 6, Accepted: 6, SignatureInvalid: 0, accepted: new Date("2026-11-29T13:00:00Z") },
    stripe: { Deliveries: 20, Accepted: 20, SignatureInvalid: 0, accepted: new Date("2026-11-29T02:00:00Z") },
  });
  assert.deepEqual(
    asked.map(({ NextToken }) => NextToken),
    [undefined, "2"],
  );
  const [{ StartTime, EndTime, MetricDataQueries = [] } = {}] = asked;
  assert.equal(StartTime?.toISOString(), "2026-11-21T13:00:00.000Z");
  assert.equal(EndTime?.toISOString(), "2026-11-29T13:00:00.000Z");
  assert.deepEqual(
    MetricDataQueries.map(({ MetricStat }) => [MetricStat?.Period, MetricStat?.Stat]),
    Array.from({ length: 6 }, () => [3600, "Sum"]),
  );
});
