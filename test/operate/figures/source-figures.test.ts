import assert from "node:assert/strict";
import { it } from "node:test";
import { CloudWatchClient, type GetMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import { sourceFigures } from "../../../operate/figures/source-figures.ts";

it("asks CloudWatch for three figures of each source, by hours of the clock, and adds up what it answers page by page", async () => {
  const asked: GetMetricDataCommandInput[] = [];
  const client = new CloudWatchClient({ region: "eu-west-1" });
  client.middlewareStack.add(
    () => async (args) => {
      const input = args.input as GetMetricDataCommandInput;
      asked.push(input);
      const MetricDataResults = (input.MetricDataQueries ?? []).map(({ Id, MetricStat }) => {
        const isRefused = MetricStat?.Metric?.MetricName === "SignatureInvalid";
        const isGithub = MetricStat?.Metric?.Dimensions?.some(({ Value }) => Value === "github");
        return { Id, Values: isRefused ? [] : isGithub ? [1, 2] : [10] };
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
    github: { Deliveries: 6, Accepted: 6, SignatureInvalid: 0 },
    stripe: { Deliveries: 20, Accepted: 20, SignatureInvalid: 0 },
  });
  assert.deepEqual(
    asked.map(({ NextToken }) => NextToken),
    [undefined, "2"],
  );
  const [{ StartTime, EndTime, MetricDataQueries = [] } = {}] = asked;
  assert.equal(StartTime?.toISOString(), "2026-11-28T13:00:00.000Z");
  assert.equal(EndTime?.toISOString(), "2026-11-29T13:00:00.000Z");
  assert.deepEqual(
    MetricDataQueries.map(({ MetricStat }) => [MetricStat?.Period, MetricStat?.Stat]),
    Array.from({ length: 6 }, () => [3600, "Sum"]),
  );
});
