import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alarmName, type kinds } from "../../infra/constructs/alarms/kinds.ts";
import { perSource } from "../../lambdas/aws/log/metrics.ts";
import type { Resource } from "../../local/template.ts";
import { alarms, evaluate, expressionOf, metricsOf, named, ofType, type Query, written } from "./alarm-fixture.ts";

describe("the alarms of an event type", () => {
  it("are two, and say the harm of its event file first", () => {
    const own = alarms.filter(({ AlarmName }) => String(AlarmName).startsWith("hookline-prod-github-push-"));
    assert.deepEqual(
      own.map(({ AlarmName, AlarmDescription }) => [AlarmName, String(AlarmDescription).split(". ")[0]]).sort(),
      ["dlq-not-empty", "events-waiting"].map((kind) => [
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

  it("fire for a queue that would take an hour to drain, is not drained, or holds messages that SQS's age omits", () => {
    const alarm = named("hookline-prod-github-push-events-waiting");
    assert.deepEqual([alarm.EvaluationPeriods, alarm.DatapointsToAlarm], [3, undefined]);
    assert.deepEqual(
      metricsOf(alarm).map(({ MetricName, Dimensions }) => [MetricName, Dimensions?.[0]?.Value]),
      [
        ["ApproximateNumberOfMessagesVisible", "hookline-prod-github-push"],
        ["ApproximateNumberOfMessagesNotVisible", "hookline-prod-github-push"],
        ["NumberOfMessagesDeleted", "hookline-prod-github-push"],
        ["ApproximateAgeOfOldestMessage", "hookline-dlq-prod-github-push"],
      ],
    );
    const fires = (visible: number, hidden: number, finished: number, age?: number) =>
      evaluate(expressionOf(alarm), { visible, hidden, finished, age }) > 0;
    assert.equal(fires(0, 0, 0), false, "an idle queue");
    assert.equal(fires(1, 0, 0), true, "an event that nobody takes: a stopped mapping");
    assert.equal(fires(0, 1, 0), false, "one event in its back-off");
    assert.equal(fires(100, 10, 1000), false, "a queue that drains in minutes");
    assert.equal(fires(1000, 201, 100), true, "one that takes more than an hour");
    assert.equal(fires(0, 1008, 0), false, "many in their back-off");
    assert.equal(fires(0, 1009, 0), true, "so many that half the retention would not do");
    assert.equal(fires(0, 5000, 100), false, "as many, and most are finished in time");
    assert.equal(fires(0, 0, 0, 259_200), false, "an event that died less than 3 days ago");
    assert.equal(fires(0, 0, 0, 259_201), true, "one that nobody took care of for 3 days");
  });
});

describe("the alarms of a source", () => {
  const alarm = named("hookline-prod-github-signature-failures");

  it("fire for more than 20 signature failures in each of three periods of 5 minutes", () => {
    const { MetricName, Namespace, Dimensions, Period, Statistic, Threshold, EvaluationPeriods } = alarm;
    assert.deepEqual([Namespace, MetricName, Statistic], ["Hookline", "SignatureInvalid", "Sum"]);
    assert.deepEqual([Period, Threshold, EvaluationPeriods, alarm.DatapointsToAlarm], [300, 20, 3, undefined]);
    assert.deepEqual(Dimensions, [
      { Name: "Source", Value: "github" },
      { Name: "Stage", Value: "prod" },
    ]);
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
      "archive-events-waiting: ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesNotVisible NumberOfMessagesDeleted  5 min > 0, 3 of 3",
      "canary-failed: Invocations Errors  5 min > 0, 2 of 3",
      "degraded: DedupeUnavailable MarkFailed Invocations Spilled SpillLeft Errors  5 min > 0, 2 of 3",
      "deliveries-throttled: Throttles Sum 1 min > 0, 2 of 3",
      "event-unreadable: Unreadable Sum 5 min > 0, 1 of 1",
      "processor-failures: ItemsFailed ItemsDead ItemsDone  5 min > 10, 3 of 5",
      "retention-risk: OldestSeconds Maximum 5 min > 302400, 1 of 1",
      "secret-unusable: SecretUnusable Sum 5 min > 0, 1 of 1",
      "verifier-faults: Errors Unavailable Invocations  5 min > 1, 2 of 3",
    ]);
  });

  it("page for more than 1 % of deliveries that fail by our fault", () => {
    assert.equal(fires("verifier-faults", { errors: undefined, unavailable: 1, invocations: 100 }), false);
    assert.equal(fires("verifier-faults", { errors: 1, unavailable: 1, invocations: 100 }), true);
  });

  it("page for more than 5 % of deliveries without a record or a mark, for an event in the spill, and for a drain that fails", () => {
    const none = { unavailable: undefined, unmarked: undefined, invocations: 100 };
    const well = { ...none, spilled: undefined, left: undefined, errors: undefined };
    assert.equal(fires("degraded", well), false);
    assert.equal(fires("degraded", { ...well, invocations: undefined }), false, "a stage without any delivery");
    assert.equal(fires("degraded", { ...well, unavailable: 3, unmarked: 2 }), false);
    assert.equal(fires("degraded", { ...well, unavailable: 3, unmarked: 3 }), true);
    for (const one of ["spilled", "left", "errors"]) assert.equal(fires("degraded", { ...well, [one]: 1 }), true, one);
  });

  it("page for a canary that fails or does not run, and not before the stage's schedules have begun", () => {
    assert.equal(fires("canary-failed", { drains: 1, failed: 0 }), false);
    assert.equal(fires("canary-failed", { drains: 1, failed: 1 }), true);
    assert.equal(fires("canary-failed", { drains: 1, failed: undefined }), true, "Lambda counts no errors of no run");
    assert.equal(fires("canary-failed", { drains: undefined, failed: undefined }), false);
  });

  it("warn of more than 10 % of runs that fail", () => {
    assert.equal(fires("processor-failures", { failed: 1, dead: undefined, done: 9 }), false);
    assert.equal(fires("processor-failures", { failed: 1, dead: 1, done: 9 }), true);
  });

  it("take no figures for good news, but for a source that should have sent: none stays on by missing data", () => {
    for (const { AlarmName, TreatMissingData } of alarms) {
      const expected = String(AlarmName).endsWith("-no-traffic") ? "breaching" : "notBreaching";
      assert.equal(TreatMissingData, expected, String(AlarmName));
    }
    assert.ok(!alarms.flatMap(metricsOf).some(({ Namespace }) => Namespace === "AWS/DynamoDB"));
  });

  it("read figures that the functions write, under the stage's name", () => {
    const own = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === "Hookline");
    assert.ok(own.length >= 12);
    for (const { MetricName, Dimensions = [] } of own) {
      assert.ok(written.has(MetricName), MetricName);
      assert.equal(Dimensions.find(({ Name }) => Name === "Stage")?.Value, "prod");
      if (Dimensions.length > 1) assert.ok((perSource as readonly string[]).includes(MetricName), MetricName);
    }
    const functions = ofType("AWS::Lambda::Function").map(
      ({ Environment }) => (Environment as { readonly Variables: Record<string, string> }).Variables.HOOKLINE_STAGE,
    );
    assert.deepEqual(functions, Array(7).fill("prod"));
  });
});
