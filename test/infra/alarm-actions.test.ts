import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { kinds } from "../../infra/constructs/alarms/kinds.ts";
import { perSource } from "../../lambdas/aws/log/metrics.ts";
import { type Resource, readStack } from "../../local/template.ts";
import * as counts from "./alarm-counts.ts";
import {
  alarms,
  allOf,
  app,
  childrenOf,
  composites,
  events,
  metricsOf,
  named,
  ofType,
  written,
} from "./alarm-fixture.ts";
import { placedResources } from "./placed-resources.ts";
import { eventFile, only, synthesize } from "./stack-fixture.ts";

describe("the notices of alarms", () => {
  const topic = ofType("AWS::SNS::TopicPolicy")[0]?.Topics as readonly string[];
  const everyAlarm = [...alarms, ...composites];
  const telling = everyAlarm.filter(({ AlarmActions }) => AlarmActions !== undefined);
  const namesOf = (some: readonly Resource["properties"][]) => some.map(({ AlarmName }) => String(AlarmName)).sort();

  it("come from each source and from each alarm of the stage, so that none hides another", () => {
    assert.deepEqual(namesOf(telling), [
      "hookline-prod-archive-events-waiting",
      "hookline-prod-canary-failed",
      "hookline-prod-degraded",
      "hookline-prod-deliveries-throttled",
      "hookline-prod-event-unreadable",
      "hookline-prod-github-no-traffic",
      "hookline-prod-github-signature-failures",
      // One for all event types of a source that has several; a source's only event type tells by itself.
      "hookline-prod-github.all-dlq-not-empty",
      "hookline-prod-github.all-events-waiting",
      "hookline-prod-processor-failures",
      "hookline-prod-retention-risk",
      "hookline-prod-secret-unusable",
      "hookline-prod-stripe-_other-dlq-not-empty",
      "hookline-prod-stripe-_other-events-waiting",
      "hookline-prod-stripe-signature-failures",
      "hookline-prod-verifier-faults",
    ]);
  });

  it("come once for an incident: an alarm tells by itself or by one composite, and no composite tells nobody", () => {
    const children = composites.flatMap(childrenOf);
    assert.equal(new Set(children).size, children.length);
    assert.deepEqual([...namesOf(telling), ...children].sort(), namesOf(everyAlarm));
    assert.ok(composites.every(({ AlarmActions }) => AlarmActions !== undefined));
  });

  it("tell the end of an alarm as well, to the same topics", () => {
    for (const { AlarmName, AlarmActions, OKActions, InsufficientDataActions } of telling) {
      assert.deepEqual([AlarmActions, OKActions], [topic, topic], String(AlarmName));
      assert.equal(InsufficientDataActions, undefined);
    }
  });

  it("go to a topic of one's own as well, where the stage names one", () => {
    const alarmTopicArn = "arn:aws:sns:eu-central-1:123456789012:chat";
    const chatting = synthesize(events, ["dev"], { alarmTopicArn });
    const found = readStack(chatting.of("dev").folder, "Hookline-dev").flatMap(({ properties }) =>
      Array.isArray(properties.AlarmActions) ? [properties.AlarmActions] : [],
    );
    chatting.remove();
    assert.ok(found.length > 10);
    for (const actions of found) {
      assert.equal(actions.length, 2);
      assert.equal(actions[1], alarmTopicArn);
    }
  });

  it("say where something can wait until the morning", () => {
    for (const { AlarmName, AlarmDescription } of everyAlarm) {
      const [kind, { level } = { level: "none" }] =
        Object.entries(kinds).find(([one]) => String(AlarmName).endsWith(`-${one}`)) ?? [];
      assert.equal(/^Not urgent\. /.test(String(AlarmDescription)), level === "warning", `${AlarmName} of ${kind}`);
    }
  });

  it("are of 12 kinds at most", () => {
    assert.ok(Object.keys(kinds).length <= 12);
  });

  it("are shared out where a rule is too long, with names of the greatest length, and each part tells", () => {
    const stage = "s".repeat(16);
    const many = Array.from({ length: 120 }, (_, index) => eventFile(`${"p".repeat(39)}/${"t".repeat(80)}${index}`));
    const long = synthesize(many, [stage]);
    const found = readStack(long.of(stage).folder, `Hookline-${stage}`);
    long.remove();
    const parts = found.filter(({ type }) => type === "AWS::CloudWatch::CompositeAlarm");
    const rules = parts.map(({ properties }) => String(properties.AlarmRule));
    for (const rule of rules) assert.ok(rule.length <= 10_000, `${rule.length} characters`);
    assert.ok(rules.some((rule) => rule.length > 8000));
    assert.equal(
      rules.flatMap((AlarmRule) => childrenOf({ AlarmRule })).filter((name) => name.endsWith("-dlq-not-empty")).length,
      120,
    );
    assert.ok(parts.every(({ properties }) => properties.AlarmActions !== undefined));
    const names = found.map(({ properties }) => String(properties.AlarmName ?? ""));
    assert.ok(names.every((name) => name.length <= 255));
  });

  it("have their composites created from below: none before the alarms that it names", () => {
    const placed = placedResources(app.of("prod").folder, "Hookline-prod");
    const placeOf = (name: string) =>
      [...placed].find(([, { Properties }]) => Properties?.AlarmName === name)?.[0] ?? "";
    for (const { AlarmName } of composites) {
      const place = placeOf(String(AlarmName));
      const [above = ""] = place.split("/");
      // By itself, or by the nested stack that it is in.
      const waits = [place, `/${above}`].flatMap((one) => placed.get(one)?.DependsOn ?? []);
      for (const child of childrenOf(named(String(AlarmName)))) {
        const [nested = "", id = ""] = placeOf(child).split("/");
        assert.ok(
          waits.includes(nested === "" || nested === above ? id : nested),
          `${AlarmName} does not wait for ${child}`,
        );
      }
    }
  });
});

describe("the few alarms of a stage", () => {
  const stage = synthesize(events, ["prod"], { alarms: "few" });
  after(() => stage.remove());
  const found = readStack(stage.of("prod").folder, "Hookline-prod");
  const ofKind = (type: string) =>
    found.flatMap((one) => (one.type === type ? [String(one.properties.AlarmName)] : [])).sort();

  it("are about dead events, deliveries that are turned away, the oldest age, and what the stage asks for", () => {
    assert.deepEqual(ofKind("AWS::CloudWatch::Alarm"), [
      "hookline-prod-canary-failed",
      "hookline-prod-deliveries-throttled",
      "hookline-prod-github-issues-dlq-not-empty",
      "hookline-prod-github-no-traffic",
      "hookline-prod-github-push-dlq-not-empty",
      "hookline-prod-retention-risk",
      "hookline-prod-secret-unusable",
      "hookline-prod-stripe-_other-dlq-not-empty",
      "hookline-prod-verifier-faults",
    ]);
    assert.deepEqual(ofKind("AWS::CloudWatch::CompositeAlarm"), ["hookline-prod-github.all-dlq-not-empty"]);
  });

  it("are the ones that its dashboard shows", () => {
    const [dashboard] = found.filter(({ type }) => type === "AWS::CloudWatch::Dashboard");
    const shown = JSON.parse(String(dashboard?.properties.DashboardBody)).widgets[0].properties.alarms as string[];
    assert.deepEqual(
      shown.map((arn) => arn.split(":alarm:")[1]),
      ["verifier-faults", "deliveries-throttled", "secret-unusable", "retention-risk"].map(
        (kind) => `hookline-prod-${kind}`,
      ),
    );
  });
});

describe("the figures of ours", () => {
  it("are each read by an alarm or by the dashboard", () => {
    const read = JSON.stringify([...alarms, ...ofType("AWS::CloudWatch::Dashboard")]);
    for (const figure of written) assert.ok(read.includes(figure), figure);
  });
});

describe("the cost of alarms and figures", () => {
  it("is the one that `counts` gives, for each event type, for each source and for the stage", () => {
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
      3 * counts.perEventType[name] +
      2 * counts.perSource[name] +
      counts.perSourceOfSeveral[name] +
      counts.perStage[name];
    const of = {
      alarms: expected("alarms"),
      alarmMetrics: expected("alarmMetrics"),
      compositeAlarms: expected("compositeAlarms"),
    };
    assert.deepEqual(present("dev"), of);
    // With an alarm on no traffic of one source.
    assert.deepEqual(present("prod"), { ...of, alarms: of.alarms + 1, alarmMetrics: of.alarmMetrics + 1 });
    assert.equal(counts.perSource.customMetrics, perSource.length);
    assert.equal(counts.perStage.customMetrics, written.size);
  });

  it("has tracing where the stage says so", () => {
    const mode = (change = {}) => {
      const one = synthesize(events.slice(0, 1), ["dev"], change);
      const [, { Properties }] = only(one.of("dev").nested, "AWS::Lambda::Function");
      const traced = JSON.stringify(one.of("dev").root.toJSON()).includes("xray:");
      one.remove();
      return { mode: (Properties.TracingConfig as { readonly Mode?: string } | undefined)?.Mode, traced };
    };
    assert.deepEqual(mode(), { mode: "PassThrough", traced: false });
    assert.deepEqual(mode({ tracing: true }), { mode: "Active", traced: true });
  });
});
