import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StageConfig } from "../../infra/stage-config.ts";
import { readStack } from "../../local/template.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

function stageWith(change: Partial<StageConfig>) {
  const app = synthesize([eventFile("github/push")], ["dev"], change);
  const all = readStack(app.of("dev").folder, "Hookline-dev");
  app.remove();
  const ofType = (type: string) => all.filter((one) => one.type === type);
  const rules = ofType("AWS::S3::Bucket").flatMap(({ properties }) => {
    return (properties.LifecycleConfiguration as { readonly Rules: readonly Record<string, unknown>[] }).Rules;
  });
  const kept = Object.fromEntries(
    rules.flatMap(({ Prefix, ExpirationInDays: days }) => (days === undefined ? [] : [[Prefix, days]])),
  );
  const queue = ofType("AWS::SQS::Queue").find(({ properties }) => properties.QueueName === "hookline-dev-archive");
  const mapping = ofType("AWS::Lambda::EventSourceMapping").find(({ properties }) =>
    String(properties.EventSourceArn).endsWith(":hookline-dev-archive"),
  );
  const told = ofType("AWS::Lambda::Function").map(({ properties }) => {
    return (properties.Environment as { readonly Variables: Record<string, string> }).Variables.HOOKLINE_ARCHIVE;
  });
  const alarms = ofType("AWS::CloudWatch::Alarm").map(({ properties }) => properties.AlarmName);
  return { kept, queue, mapping, told, isWatched: alarms.includes("hookline-dev-archive-events-waiting") };
}

describe("the archive of a stage", () => {
  it("is there by default: its queue keeps 14 days, without a DLQ and hidden for six timeouts and the window", () => {
    const { queue, told, isWatched } = stageWith({});
    const { MessageRetentionPeriod, VisibilityTimeout, RedrivePolicy } = queue?.properties ?? {};
    assert.deepEqual([MessageRetentionPeriod, VisibilityTimeout, RedrivePolicy], [14 * 86_400, 6 * 60 + 60, undefined]);
    assert.deepEqual(
      told.filter((queue) => queue !== undefined),
      ["archive"],
      "the verifier's environment",
    );
    assert.equal(isWatched, true);
  });

  it("is written in batches of a minute, by two at once, and gives back what was not stored", () => {
    const { mapping } = stageWith({});
    const { BatchSize, MaximumBatchingWindowInSeconds, ScalingConfig, FunctionResponseTypes } =
      mapping?.properties ?? {};
    assert.deepEqual(
      [BatchSize, MaximumBatchingWindowInSeconds, ScalingConfig, FunctionResponseTypes],
      [10_000, 60, { MaximumConcurrency: 2 }, ["ReportBatchItemFailures"]],
    );
  });

  it("has its objects, and what belongs to them, deleted by prefix after its days", () => {
    const beside = { "spill/": 45 };
    assert.deepEqual(stageWith({}).kept, {
      ...{ "claims/": 59, "archive/": 14, "replays/": 14, "erased/": 14 },
      ...beside,
    });
    assert.deepEqual(stageWith({ archive: { days: 90 } }).kept, {
      ...{ "claims/": 135, "archive/": 90, "replays/": 90, "erased/": 90 },
      ...beside,
    });
  });

  it("is not there where the stage says false: no queue, no function, no alarm, and what is left is deleted", () => {
    const { queue, mapping, told, isWatched, kept } = stageWith({ archive: false });
    assert.deepEqual([queue, mapping, isWatched], [undefined, undefined, false]);
    assert.ok(told.every((name) => name === undefined));
    assert.deepEqual([kept["claims/"], kept["archive/"]], [45, 14]);
  });
});
