import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { differences, goldenTemplates } from "../../infra/golden.ts";
import { readGolden } from "../../operate/cli/diff.ts";

describe("the templates", () => {
  it("are those that were last looked at: npm run diff shows the difference, and -- --accept takes it", () => {
    const golden = readGolden();
    assert.ok(Object.keys(golden).length >= 4);
    assert.deepEqual(differences(golden, goldenTemplates()), []);
  });

  it("are compared place by place, what holds data marked", () => {
    const queue = { Type: "AWS::SQS::Queue", Properties: { QueueName: "a", Tags: [1, 2] } };
    const before = { "a.json": { Resources: { Queue: queue, Gone: { Type: "AWS::SNS::Topic" } }, Outputs: { A: 1 } } };
    const changed = { ...queue, Properties: { QueueName: "b", Tags: [1, 3] } };
    const after = { "a.json": { Resources: { Queue: changed, New: { Type: "AWS::S3::Bucket" } }, Outputs: { A: 2 } } };
    assert.deepEqual(differences(before, after), [
      "- a.json Gone (AWS::SNS::Topic)",
      "+ a.json New (AWS::S3::Bucket) DATA",
      '~ a.json Queue (AWS::SQS::Queue) DATA /Properties/QueueName: "a" → "b"',
      "~ a.json Queue (AWS::SQS::Queue) DATA /Properties/Tags/1: 2 → 3",
      "~ a.json /Outputs/A: 1 → 2",
    ]);
    assert.deepEqual(differences(before, before), []);
  });
});
