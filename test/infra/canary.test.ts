import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import type { StageConfig } from "../../infra/stage-config.ts";
import { readStack } from "../../local/template.ts";
import { eventFile, resources, synthesize } from "./stack-fixture.ts";

function stageWith(change: Partial<StageConfig>) {
  const app = synthesize([eventFile("github/push")], ["dev"], change);
  const { root, folder } = app.of("dev");
  const all = readStack(folder, "Hookline-dev");
  app.remove();
  const variable = (of: string, name: string) =>
    all
      .filter(({ id, type }) => type === "AWS::Lambda::Function" && id.includes(`/${of}`))
      .map(
        ({ properties }) => (properties.Environment as { readonly Variables: Record<string, string> }).Variables[name],
      );
  return { root, all, variable, own: all.filter(({ id }) => id.startsWith("Hookline-dev/Canary")) };
}

describe("the canary of a stage", () => {
  it("is there by default: a generated secret, a queue that keeps a minute, and a run each five minutes", () => {
    const { own } = stageWith({});
    const of = (type: string) => own.filter((one) => one.type === type).map(({ properties }) => properties);
    const [secret, ...secrets] = of("AWS::SecretsManager::Secret");
    assert.deepEqual(
      [secrets, secret?.Name, secret?.GenerateSecretString],
      [[], "hookline/dev/canary", { PasswordLength: 64, ExcludePunctuation: true }],
    );
    const [queue, ...queues] = of("AWS::SQS::Queue");
    assert.deepEqual([queues, queue?.QueueName, queue?.MessageRetentionPeriod], [[], "hookline-dev-canary", 60]);
    assert.deepEqual(
      of("AWS::Events::Rule").map(({ ScheduleExpression }) => ScheduleExpression),
      ["rate(5 minutes)"],
    );
    const [lambda, ...more] = of("AWS::Lambda::Function");
    assert.deepEqual(more, []);
    assert.ok(Number(lambda?.Timeout) < 300, "two runs never meet");
    const asynchronous = of("AWS::Lambda::EventInvokeConfig");
    assert.deepEqual(
      asynchronous.map((one) => [one.MaximumRetryAttempts, one.MaximumEventAgeInSeconds]),
      [[0, 300]],
      "nor does Lambda repeat a failed one, which would be in two periods of the alarm",
    );
  });

  it("posts to the entrances that are open, by the names that providers have", () => {
    const posts = (change: Partial<StageConfig>) => String(stageWith(change).variable("Canary", "HOOKLINE_ENTRANCES"));
    assert.match(posts({}), /^https:\/\/\S+\.lambda-url\.us-east-1\.on\.aws\/ https:\/\/\S+\.execute-api\.\S+$/);
    assert.doesNotMatch(posts({ entrances: { api: false } }), / |execute-api/);
    const domain = { name: "hooks.example.com", certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1" };
    assert.equal(posts({ domain, entrances: { functionUrl: false } }), "https://hooks.example.com");
  });

  it("is told to the verifier, which has no such source without it", () => {
    assert.deepEqual(stageWith({}).variable("Verifier", "HOOKLINE_CANARY"), ["canary"]);
    const without = stageWith({ canary: false });
    assert.deepEqual([without.own, without.variable("Verifier", "HOOKLINE_CANARY")], [[], [undefined]]);
    assert.doesNotMatch(Object.keys(without.root.toJSON().Resources).join(" "), /canary/i);
    assert.equal(resources(without.root, "AWS::Events::Rule").length, 1);
  });

  it("has its source to itself: no event file and no mapping may have its name", () => {
    const refused = { name: "TypeError", message: /^Cannot use source "canary": a stage posts to it itself/ };
    assert.throws(() => sourcesOf([{ source: "canary" }], {}), refused);
    assert.throws(() => sourcesOf([], { canary: "github" }), refused);
  });
});
