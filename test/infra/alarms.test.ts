import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { alarmName, type kinds } from "../../infra/constructs/alarms/kinds.ts";
import { perSource } from "../../lambdas/aws/log/metrics.ts";
import { type Resource, readStack } from "../../local/template.ts";
import { alarms, evaluate, expressionOf, metricsOf, named, ofType, type Query, written } from "./alarm-fixture.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

describe("the alarms of an event type", () => {
  it("are three, and say the harm of its event file first", () => {
    const own = alarms.filter(({ AlarmName }) => String(AlarmName).startsWith("hookline-prod-github-push-"));
    assert.deepEqual(
      own.map(({ AlarmName, AlarmDescription }) => [AlarmName, String(AlarmDescription).split(". ")[0]]).sort(),
      ["dlq-ageing", "dlq-not-empty", "queue-stuck"].map((kind) => [
        `hookline-prod-github-push-${kind}`,
        "Pushes are not announced",
      ]),
    );
  });

  it("fire for one event in the DLQ, and take no figures for good news", () => {
    const { AlarmName, AlarmDescription, ...rest } = named("hookline-prod-github-push-dlq-not-empty");
    assert.deepEqual(rest, {
      ComparisonOperator: "GreaterThanThreshold",
      Dimensions: [{ Name: "QueueName", Value: "hookline-dlq-prod-github-push" }],
      EvaluationPeriods: 1,
      MetricName: "ApproximateNumberOfMessagesVisible",
      Namespace: "AWS/SQS",
      Period: 60,
      Statistic: "Maximum",
      Threshold: 0,
      TreatMissingData: "notBreaching",
    });
  });

  it("fire for an event that has been in the DLQ for 3 days", () => {
    const { MetricName, Threshold, Dimensions } = named("hookline-prod-github-push-dlq-ageing");
    assert.deepEqual([MetricName, Threshold], ["ApproximateAgeOfOldestMessage", 259_200]);
    assert.deepEqual(Dimensions, [{ Name: "QueueName", Value: "hookline-dlq-prod-github-push" }]);
  });

  it("fire for a queue that would take an hour to drain, is not drained, or holds messages that SQS's age omits", () => {
    const alarm = named("hookline-prod-github-push-queue-stuck");
    assert.deepEqual([alarm.EvaluationPeriods, alarm.DatapointsToAlarm], [3, undefined]);
    for (const { Dimensions } of metricsOf(alarm)) {
      assert.deepEqual(Dimensions, [{ Name: "QueueName", Value: "hookline-prod-github-push" }]);
    }
    const fires = (visible: number, hidden: number, finished: number) =>
      evaluate(expressionOf(alarm), { visible, hidden, finished }) > 0;
    assert.equal(fires(0, 0, 0), false, "an idle queue");
    assert.equal(fires(1, 0, 0), true, "an event that nobody takes: a stopped mapping");
    assert.equal(fires(0, 1, 0), false, "one event in its back-off");
    assert.equal(fires(100, 10, 1000), false, "a queue that drains in minutes");
    assert.equal(fires(1000, 201, 100), true, "one that takes more than an hour");
    assert.equal(fires(0, 1008, 0), false, "many in their back-off");
    assert.equal(fires(0, 1009, 0), true, "so many that half the retention would not do");
    assert.equal(fires(0, 5000, 100), false, "as many, and most are finished in time");
  });
});

describe("the alarms of a source", () => {
  const alarm = named("hookline-prod-github-signature-failures");

  it("fire for more than 20 signature failures that are more than a fifth of its deliveries", () => {
    const fires = (failures: number, deliveries: number) => evaluate(expressionOf(alarm), { failures, deliveries }) > 0;
    assert.equal(fires(20, 20), false);
    assert.equal(fires(21, 21), true);
    assert.equal(fires(21, 105), false);
    assert.equal(fires(22, 105), true);
    for (const { Namespace, Dimensions } of metricsOf(alarm)) {
      assert.equal(Namespace, "Hookline");
      assert.deepEqual(Dimensions, [
        { Name: "Source", Value: "github" },
        { Name: "Stage", Value: "prod" },
      ]);
    }
  });

  it("fire for a source that has been quiet for as long as its stage says, and for no other", () => {
    const quiet = alarms.filter(({ AlarmName }) => String(AlarmName).endsWith("no-traffic"));
    assert.deepEqual(
      quiet.map(({ AlarmName }) => AlarmName),
      ["hookline-prod-github-no-traffic"],
    );
    const [{ MetricName, Threshold, ComparisonOperator, Period, EvaluationPeriods, TreatMissingData } = {}] = quiet;
    assert.deepEqual([MetricName, Threshold, ComparisonOperator], ["Accepted", 1, "LessThanThreshold"]);
    assert.deepEqual([Period, EvaluationPeriods, TreatMissingData], [3600, 6, "breaching"]);
  });
});

describe("the alarms of a stage", () => {
  const fires = (kind: keyof typeof kinds, values: Readonly<Record<string, number | undefined>>) => {
    const alarm = named(alarmName("prod", kind));
    return evaluate(expressionOf(alarm), values) > Number(alarm.Threshold);
  };

  it("read these metrics, over these minutes, above these thresholds, this often", () => {
    const period = ({ Period, Metrics }: Resource["properties"]) =>
      Number(Period ?? (Metrics as readonly Query[]).find(({ MetricStat }) => MetricStat)?.MetricStat?.Period) / 60;
    const subjects = ["github-push", "github-issues", "stripe-_other", "github", "stripe"];
    const own = alarms.filter(({ AlarmName }) =>
      subjects.every((subject) => !String(AlarmName).startsWith(`hookline-prod-${subject}-`)),
    );
    const table = own.map((alarm) => {
      const { AlarmName, Threshold, EvaluationPeriods: of, DatapointsToAlarm: breaching = of } = alarm;
      const read = metricsOf(alarm).map(({ MetricName }) => MetricName);
      const statistic = alarm.ExtendedStatistic ?? alarm.Statistic ?? "";
      return `${String(AlarmName).slice("hookline-prod-".length)}: ${read.join(" ")} ${statistic} ${period(alarm)} min > ${Threshold}, ${breaching} of ${of}`;
    });
    assert.deepEqual(table.sort(), [
      "account-concurrency: ResourceCount  5 min > 80, 1 of 1",
      "archive-stuck: ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesNotVisible NumberOfMessagesDeleted  5 min > 0, 3 of 3",
      "dedupe-down: DedupeUnavailable Deliveries  5 min > 5, 2 of 3",
      "dedupe-unavailable: DedupeUnavailable Sum 5 min > 0, 1 of 1",
      "deliveries-throttled: Throttles Sum 1 min > 0, 2 of 3",
      "door-errors: Url5xxCount 5xx Errors  5 min > 0, 1 of 1",
      "event-unreadable: Unreadable Sum 5 min > 0, 1 of 1",
      "events-spilled: Spilled SpillLeft Errors  5 min > 0, 1 of 1",
      "processor-failures: ItemsFailed ItemsDead ItemsDone  5 min > 10, 3 of 5",
      "queue-lag: QueuedSeconds Maximum 5 min > 300, 3 of 3",
      "records-unfinished: Forwarded MarkFailed Accepted  15 min > 1, 1 of 1",
      "refused-at-edge: Url4xxCount 4xx Refused  5 min > 20, 2 of 3",
      "retention-risk: OldestSeconds Maximum 5 min > 302400, 1 of 1",
      "secret-unset: SecretUnset Sum 5 min > 0, 1 of 1",
      "slow-answers: Duration p99 5 min > 4750, 3 of 5",
      "table-errors: WriteThrottleEvents SystemErrors SystemErrors SystemErrors  5 min > 0, 2 of 3",
      "verifier-faults: Errors Unavailable Invocations  5 min > 1, 2 of 3",
    ]);
  });

  it("page for more than 1 % of deliveries that fail by our fault", () => {
    assert.equal(fires("verifier-faults", { errors: undefined, unavailable: 1, invocations: 100 }), false);
    assert.equal(fires("verifier-faults", { errors: 1, unavailable: 1, invocations: 100 }), true);
    assert.equal(fires("dedupe-down", { unavailable: 5, deliveries: 100 }), false);
    assert.equal(fires("dedupe-down", { unavailable: 6, deliveries: 100 }), true);
  });

  it("count as refused at the edge the requests that the verifier has not refused", () => {
    assert.equal(fires("refused-at-edge", { url: 500, api: 500, ours: 1000 }), false);
    assert.equal(fires("refused-at-edge", { url: 21, api: undefined, ours: undefined }), true);
    assert.equal(fires("door-errors", { url: undefined, api: 1, errors: undefined }), true);
    assert.equal(fires("door-errors", { url: undefined, api: undefined, errors: 1 }), true);
    assert.equal(fires("door-errors", { url: 0, api: 0, errors: 0 }), false);
  });

  it("warn of more than 10 % of runs that fail, and of more than 1 % of events that are not finished", () => {
    assert.equal(fires("processor-failures", { failed: 1, dead: undefined, done: 9 }), false);
    assert.equal(fires("processor-failures", { failed: 1, dead: 1, done: 9 }), true);
    assert.equal(fires("records-unfinished", { forwarded: 1, unmarked: undefined, accepted: 100 }), false);
    assert.equal(fires("records-unfinished", { forwarded: 1, unmarked: 1, accepted: 100 }), true);
  });

  it("read figures that the functions write, under the stage's name", () => {
    const own = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === "Hookline");
    assert.ok(own.length >= 20);
    for (const { MetricName, Dimensions = [] } of own) {
      assert.ok(written.has(MetricName), MetricName);
      assert.equal(Dimensions.find(({ Name }) => Name === "Stage")?.Value, "prod");
      if (Dimensions.length > 1) assert.ok((perSource as readonly string[]).includes(MetricName), MetricName);
    }
    const functions = ofType("AWS::Lambda::Function").map(
      ({ Environment }) => (Environment as { readonly Variables: Record<string, string> }).Variables.HOOKLINE_STAGE,
    );
    assert.deepEqual(functions, Array(6).fill("prod"));
  });
});

describe("the alarm of slow answers", () => {
  for (const [sources, milliseconds] of [
    [["slack", "stripe"], 1250],
    [["slack", "line"], 750],
    [["woocommerce"], 14_750],
  ] as const) {
    it(`fires at half of the time that the least patient provider of the stage leaves: ${sources.join(", ")}`, () => {
      const stage = synthesize(
        sources.map((source) => eventFile(`${source}/_other`)),
        ["prod"],
      );
      after(() => stage.remove());
      const [alarm] = readStack(stage.of("prod").folder, "Hookline-prod").filter(
        ({ properties: { AlarmName } }) => AlarmName === "hookline-prod-slow-answers",
      );
      assert.equal(alarm?.properties.Threshold, milliseconds);
    });
  }
});
