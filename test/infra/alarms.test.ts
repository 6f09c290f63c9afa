import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import * as counts from "../../infra/alarms/counts.ts";
import { alarmName, kinds } from "../../infra/alarms/kinds.ts";
import { type Resource, readStack } from "../../infra/local/template.ts";
import { counted, perSource } from "../../lambdas/aws/metrics.ts";
import { placedResources } from "./placed-resources.ts";
import { type Declared, eventFile, only, stages, synthesize } from "./stack-fixture.ts";

const events = [
  eventFile("github/push", { impact: "Pushes are not announced" }),
  eventFile("github/issues"),
  eventFile("stripe/_other"),
];
/** As elsewhere, with traffic expected of one source in prod. */
const given: typeof stages = {
  ...stages,
  prod: { removeData: false, logDays: 90, expectedWithinHours: { github: 26 } },
};
const app = synthesize(events, ["dev", "prod"], given);
after(() => app.remove());

type Metric = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
};
type Query = {
  readonly Expression?: string;
  readonly Id: string;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: number };
};

/** Every resource of a stage, with names in place of references. */
const allOf = (stage: string) => readStack(app.of(stage).folder, `Hookline-${stage}`);
const all = allOf("prod");
const ofType = (type: string) => all.filter((resource) => resource.type === type).map(({ properties }) => properties);
const alarms = ofType("AWS::CloudWatch::Alarm");
const composites = ofType("AWS::CloudWatch::CompositeAlarm");
const named = (name: string): Resource["properties"] => {
  const found = [...alarms, ...composites].filter(({ AlarmName }) => AlarmName === name);
  assert.equal(found.length, 1, `${found.length} alarms ${name}`);
  return found[0] ?? {};
};

/** The metrics that an alarm reads and is billed for. */
function metricsOf({ MetricName, Namespace, Dimensions, Metrics }: Resource["properties"]): readonly Metric[] {
  if (MetricName !== undefined) return [{ MetricName, Namespace, Dimensions } as Metric];
  return (Metrics as readonly Query[]).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}
const expressionOf = ({ Metrics }: Resource["properties"]) =>
  (Metrics as readonly Query[]).find(({ Expression }) => Expression !== undefined)?.Expression ?? "";
const childrenOf = ({ AlarmRule }: Resource["properties"]) =>
  Array.from(String(AlarmRule).matchAll(/ALARM\("([^"]+)"\)/g), ([, name = ""]) => name);

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

  it("fire for a queue that would take an hour to drain, is not drained, or holds what SQS's age leaves out", () => {
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

/** What CloudWatch would make of an expression of IF, FILL, AND, OR and arithmetic. */
function evaluate(expression: string, values: Readonly<Record<string, number | undefined>>): number {
  const script = expression
    .replaceAll(/FILL\((\w+), 0\)/g, "($1 ?? 0)")
    .replaceAll("AND", "&&")
    .replaceAll("OR", "||")
    .replace(/^IF\((.*), (\w+), (\w+)\)$/, "($1) ? $2 : $3");
  const names = Object.keys(values);
  return Number(new Function(...names, `return ${script}`)(...names.map((name) => values[name])));
}

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
    assert.deepEqual([Period, EvaluationPeriods, TreatMissingData], [3600, 26, "breaching"]);
  });

  it("refuse to expect traffic of a source that is not there", () => {
    const wrong = { prod: { removeData: false, logDays: 90, expectedWithinHours: { gitlab: 2 } } } as const;
    assert.throws(() => synthesize(events, ["prod"], wrong), /Cannot expect traffic of "gitlab" .+ github, stripe/);
  });
});

describe("the alarms of a stage", () => {
  const fires = (kind: keyof typeof kinds, values: Readonly<Record<string, number | undefined>>) => {
    const alarm = named(alarmName("prod", kind));
    return evaluate(expressionOf(alarm), values) > Number(alarm.Threshold);
  };

  it("page for more than 1 % of deliveries that fail by our fault", () => {
    assert.equal(fires("verifier-faults", { errors: undefined, unavailable: 1, invocations: 100 }), false);
    assert.equal(fires("verifier-faults", { errors: 1, unavailable: 1, invocations: 100 }), true);
    assert.equal(fires("dedupe-down", { unavailable: 5, deliveries: 100 }), false);
    assert.equal(fires("dedupe-down", { unavailable: 6, deliveries: 100 }), true);
  });

  it("count as refused at the edge what the verifier has not refused", () => {
    assert.equal(fires("refused-at-edge", { url: 500, api: 500, ours: 1000 }), false);
    assert.equal(fires("refused-at-edge", { url: 21, api: undefined, ours: undefined }), true);
    assert.equal(fires("door-errors", { url: undefined, api: 1 }), true);
  });

  it("warn of more than 10 % of runs that fail, and of more than 1 % of events that are not finished", () => {
    assert.equal(fires("processor-failures", { failed: 1, dead: undefined, done: 9 }), false);
    assert.equal(fires("processor-failures", { failed: 1, dead: 1, done: 9 }), true);
    assert.equal(fires("records-unfinished", { forwarded: 1, unmarked: undefined, accepted: 100 }), false);
    assert.equal(fires("records-unfinished", { forwarded: 1, unmarked: 1, accepted: 100 }), true);
  });

  it("read figures that the functions write, under the stage's name", () => {
    const written = new Set([
      ...Object.values(counted).flatMap((list) => list.map(({ figure }) => figure)),
      ...["Deliveries", "Refused", "Unavailable", "AnswerMilliseconds", "QueuedSeconds", "OldestSeconds"],
    ]);
    const own = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === "Hookline");
    assert.ok(own.length >= 20);
    for (const { MetricName, Dimensions = [] } of own) {
      assert.ok(([...written] as string[]).includes(MetricName), MetricName);
      assert.equal(Dimensions.find(({ Name }) => Name === "Stage")?.Value, "prod");
      if (Dimensions.length > 1) assert.ok((perSource as readonly string[]).includes(MetricName), MetricName);
    }
    const functions = ofType("AWS::Lambda::Function").map(
      ({ Environment }) => (Environment as { readonly Variables: Record<string, string> }).Variables.HOOKLINE_STAGE,
    );
    assert.deepEqual(functions, Array(4).fill("prod"));
  });
});

describe("the tree of alarms", () => {
  const topic = ofType("AWS::SNS::TopicPolicy")[0]?.Topics as readonly string[];

  it("notifies by three composites alone, so that an incident pages once", () => {
    assert.deepEqual(
      alarms.filter(({ AlarmActions }) => AlarmActions !== undefined),
      [],
    );
    const telling = composites.filter(({ AlarmActions }) => AlarmActions !== undefined);
    assert.deepEqual(telling.map(({ AlarmName }) => AlarmName).sort(), [
      "hookline-prod-intake",
      "hookline-prod-processing",
      "hookline-prod-warnings",
    ]);
    for (const { AlarmActions } of telling) assert.deepEqual(AlarmActions, topic);
  });

  it("leads every alarm to one of them, pages apart from warnings", () => {
    const leaves = (name: string): readonly string[] => {
      const composite = composites.find(({ AlarmName }) => AlarmName === name);
      return composite === undefined ? [name] : childrenOf(composite).flatMap(leaves);
    };
    const pages = ["intake", "processing"].flatMap((kind) => leaves(`hookline-prod-${kind}`));
    const warnings = leaves("hookline-prod-warnings");
    const names = alarms.map(({ AlarmName }) => String(AlarmName));
    assert.deepEqual([...pages, ...warnings].sort(), names.sort());
    const level = (name: string) =>
      Object.entries(kinds).find(([kind]) => name.endsWith(`-${kind}`))?.[1].level ?? "none";
    for (const name of pages) assert.equal(level(name), "page", name);
    for (const name of warnings) assert.equal(level(name), "warning", name);
  });

  it("goes by source first", () => {
    assert.deepEqual(childrenOf(named("hookline-prod-processing")), [
      "hookline-prod-github-source",
      "hookline-prod-stripe-source",
      "hookline-prod-retention-risk",
    ]);
    assert.equal(childrenOf(named("hookline-prod-github-source")).length, 6);
  });

  it("is made from below: no composite before the alarms that it names", () => {
    const placed = placedResources(app.of("prod").folder, "Hookline-prod");
    const placeOf = (name: string) =>
      [...placed].find(([, { Properties }]) => Properties?.AlarmName === name)?.[0] ?? "";
    for (const { AlarmName } of composites) {
      const { DependsOn = [] } = placed.get(placeOf(String(AlarmName))) as Declared;
      for (const child of childrenOf(named(String(AlarmName)))) {
        const [nested = "", id = ""] = placeOf(child).split("/");
        assert.ok(DependsOn.includes(nested === "" ? id : nested), `${AlarmName} does not wait for ${child}`);
      }
    }
  });
});

describe("what alarms and figures cost", () => {
  it("is what `counts` says, for each event type, for each source and for the stage", () => {
    const present = (stage: string) => {
      const found = allOf(stage);
      const own = found.filter(({ type }) => type === "AWS::CloudWatch::Alarm").map(({ properties }) => properties);
      return {
        alarms: own.length,
        alarmMetrics: own.flatMap(metricsOf).length,
        compositeAlarms: found.filter(({ type }) => type === "AWS::CloudWatch::CompositeAlarm").length,
      };
    };
    const expected = (name: "alarms" | "alarmMetrics" | "compositeAlarms") =>
      3 * counts.perEventType[name] + 2 * counts.perSource[name] + counts.perStage[name];
    const of = {
      alarms: expected("alarms"),
      alarmMetrics: expected("alarmMetrics"),
      compositeAlarms: expected("compositeAlarms"),
    };
    assert.deepEqual(present("dev"), of);
    // With an alarm on no traffic of one source.
    assert.deepEqual(present("prod"), { ...of, alarms: of.alarms + 1, alarmMetrics: of.alarmMetrics + 1 });
    assert.equal(counts.perSource.customMetrics, perSource.length);
  });

  it("has tracing where the stage does not say otherwise", () => {
    const mode = (stage: string, configs = stages) => {
      const one = synthesize(events.slice(0, 1), [stage], configs);
      const [, { Properties }] = only(one.of(stage).nested, "AWS::Lambda::Function");
      const traced = JSON.stringify(one.of(stage).root.toJSON()).includes("xray:");
      one.remove();
      return { mode: (Properties.TracingConfig as { readonly Mode?: string } | undefined)?.Mode, traced };
    };
    assert.deepEqual(mode("dev"), { mode: "Active", traced: true });
    const off = { dev: { removeData: true, logDays: 14, tracing: false } } as const;
    assert.deepEqual(mode("dev", off), { mode: "PassThrough", traced: false });
  });
});
