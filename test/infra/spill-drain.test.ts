import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StageConfig } from "../../infra/stage-config.ts";
import { readStack } from "../../local/template.ts";
import { type Declared, eventFile, only, resources, synthesize } from "./stack-fixture.ts";

type Statement = {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

type Policy = { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };

function stageWith(change: Partial<StageConfig>) {
  const app = synthesize([eventFile("hotmart/PURCHASE_APPROVED"), eventFile("asana/added")], ["dev"], change);
  const { root, folder } = app.of("dev");
  const all = readStack(folder, "Hookline-dev");
  app.remove();
  const roleOf = (part: string): readonly Statement[] => {
    const roles = all.filter(({ id, type }) => type === "AWS::IAM::Role" && id.includes(`/${part}Role`));
    assert.equal(roles.length, 1, part);
    const policies = roles.flatMap(({ properties }) => properties.Policies as readonly Policy[]);
    return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  };
  return { root, all, roleOf };
}

const stage = stageWith({});
const bucket = "arn:aws:s3:::hookline-dev-claimse8d96b24";
const rule = "AWS::Events::Rule";

describe("the spill drain of a stage", () => {
  it("has a spill drain, each five minutes, which ends before the next begins", () => {
    const [[, { Properties }] = only(stage.root, rule)] = resources(stage.root, rule).filter(([id]) =>
      id.startsWith("Sweeper"),
    );
    assert.equal(Properties.ScheduleExpression, "rate(5 minutes)");
    const [target] = Properties.Targets as readonly { readonly Arn: { readonly "Fn::GetAtt": readonly string[] } }[];
    const [id = ""] = target?.Arn["Fn::GetAtt"] ?? [];
    const spillDrain: Declared | undefined = stage.root.findResources("AWS::Lambda::Function")[id] as Declared;
    assert.ok(Number(spillDrain?.Properties.Timeout) < 300);
    const permissions = resources(stage.root, "AWS::Lambda::Permission").filter(
      ([id, { Properties }]) => Properties.Principal === "events.amazonaws.com" && id.startsWith("Sweeper"),
    );
    assert.equal(permissions.length, 1);
    const asynchronous = resources(stage.root, "AWS::Lambda::EventInvokeConfig").filter(([id]) =>
      id.startsWith("Sweeper"),
    );
    assert.deepEqual(
      asynchronous.map(([, { Properties }]) => [Properties.MaximumRetryAttempts, Properties.MaximumEventAgeInSeconds]),
      [[0, 300]],
      "a failed one is not repeated beside the next",
    );
  });

  it("lets the verifier put objects, and the spill drain list, read and delete them and send to queues, but to no DLQ", () => {
    const puts = stage.roleOf("Verifier").find(({ Action }) => Action === "s3:PutObject");
    assert.deepEqual(puts?.Resource, [`${bucket}/claims/*`, `${bucket}/spill/*`]);
    const [, list, objects, claims, send, ...more] = stage.roleOf("Sweeper");
    assert.deepEqual(more, []);
    assert.deepEqual(list, {
      ...{ Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
      Condition: { StringLike: { "s3:prefix": "spill/*" } },
    });
    assert.deepEqual([objects?.Action, objects?.Resource], [["s3:DeleteObject", "s3:GetObject"], `${bucket}/spill/*`]);
    assert.deepEqual([claims?.Action, claims?.Resource], ["s3:PutObject", `${bucket}/claims/*`]);
    assert.deepEqual(
      [send?.Action, send?.Resource],
      ["sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:hookline-dev-*"],
    );
  });

  it("pages while events are spilled or left, or drains fail", () => {
    const alarm = stage.all.find(({ properties }) => properties.AlarmName === "hookline-dev-degraded");
    const text = JSON.stringify(alarm?.properties.Metrics);
    for (const name of ["Spilled", "SpillLeft", "Errors"]) assert.ok(text.includes(`"MetricName":"${name}"`), name);
    assert.match(text, /"Value":"Hookline-dev-SweeperFunction/);
    assert.ok(Array.isArray(alarm?.properties.AlarmActions));
  });

  it("includes the spill drain's lines in the queries for an event", () => {
    const groups = stage.all
      .filter(({ properties }) => properties.Name === "hookline/dev/One event by id")
      .flatMap(({ properties }) => properties.LogGroupNames);
    assert.ok(groups.includes("/hookline/dev/sweeper"));
  });
});
