import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { kinds } from "../../infra/constructs/alarms/kinds.ts";
import { perSource } from "../../lambdas/aws/log/metrics.ts";
import { readStack } from "../../local/template.ts";
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

  it("notifies a topic of one's own as well, where the stage names one", () => {
    const alarmTopicArn = "arn:aws:sns:eu-central-1:123456789012:chat";
    const chatting = synthesize(events, ["dev"], { alarmTopicArn });
    const found = readStack(chatting.of("dev").folder, "Hookline-dev").flatMap(({ properties }) =>
      Array.isArray(properties.AlarmActions) ? [properties.AlarmActions] : [],
    );
    chatting.remove();
    assert.equal(found.length, 3);
    for (const actions of found) {
      assert.equal(actions.length, 2);
      assert.equal(actions[1], alarmTopicArn);
    }
  });

  it("connects every alarm to one of them, pages apart from warnings", () => {
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

  it("splits a rule that is too long, with names of the greatest length", () => {
    const stage = "s".repeat(16);
    const many = Array.from({ length: 40 }, (_, index) => eventFile(`${"p".repeat(39)}/${"t".repeat(80)}${index}`));
    const long = synthesize(many, [stage]);
    const found = readStack(long.of(stage).folder, `Hookline-${stage}`);
    long.remove();
    const rules = found
      .filter(({ type }) => type === "AWS::CloudWatch::CompositeAlarm")
      .map(({ properties }) => String(properties.AlarmRule));
    for (const rule of rules) assert.ok(rule.length <= 10_000, `${rule.length} characters`);
    assert.ok(rules.some((rule) => rule.length > 8000));
    assert.equal(
      rules.flatMap((AlarmRule) => childrenOf({ AlarmRule })).filter((name) => name.endsWith("-dlq-not-empty")).length,
      40,
    );
    const names = found.map(({ properties }) => String(properties.AlarmName ?? ""));
    assert.ok(names.every((name) => name.length <= 255));
  });

  it("groups by source first, those of several event types", () => {
    assert.deepEqual(childrenOf(named("hookline-prod-processing")), [
      "hookline-prod-github-source",
      "hookline-prod-stripe-_other-dlq-not-empty",
      "hookline-prod-stripe-_other-dlq-ageing",
      "hookline-prod-stripe-_other-queue-stuck",
      "hookline-prod-retention-risk",
      "hookline-prod-events-spilled",
    ]);
    assert.equal(childrenOf(named("hookline-prod-github-source")).length, 6);
  });

  it("is created from below: no composite before the alarms that it names", () => {
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
