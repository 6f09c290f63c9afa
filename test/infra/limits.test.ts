import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkLimits } from "../../infra/build/limits.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

const invoices = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:s3:::a-bucket-with-a-long-name-of-invoices-${index}/*`);
const synthesized = (count: number) => () => {
  const grants = [{ actions: ["s3:GetObject"], resources: invoices(count) }];
  return synthesize([eventFile("github/push", { grants })], ["dev"]);
};

const check = (...templates: readonly Readonly<Record<string, unknown>>[]) =>
  checkLimits(
    "dev",
    templates.map((Resources, index) => ({ file: `${index}.json`, text: JSON.stringify({ Resources }) })),
  );
const queues = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`Queue${index}`, { Type: "AWS::SQS::Queue" }]));
const role = (resource: unknown) => ({
  Type: "AWS::IAM::Role",
  Properties: { Policies: [{ PolicyDocument: { Statement: [{ Resource: resource }] } }] },
});
const refused = (message: RegExp) => ({ name: "RangeError", message });

describe("a stage that AWS would not take", () => {
  it("is refused by synth, with the role, the quota, the number and the remedy", () => {
    assert.throws(
      synthesized(200),
      refused(
        /^Cannot synthesize stage "dev": the role githubpushRole\w+ must have at most 10240 characters of inline policies, and would have \d{5}; grant fewer resources in its event file/,
      ),
    );
    synthesized(100)().remove();
  });

  it("is one whose roles are too long by a policy of their own, or by references that are longer once they are deployed", () => {
    check({ Role: role("a".repeat(10_000)) });
    assert.throws(() => check({ Role: role("a".repeat(10_300)) }), refused(/the role Role .* 10240 characters/));
    const more = {
      Type: "AWS::IAM::Policy",
      Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: "b".repeat(5000) },
    };
    check({ Role: role("a".repeat(5000)), more });
    assert.throws(() => check({ Role: role("a".repeat(6000)), more }), refused(/the role Role /));
    const secrets = (count: number) => Array.from({ length: count }, (_, index) => ({ Ref: `Secret${index}` }));
    check({ Role: role(secrets(90)) });
    assert.throws(() => check({ Role: role(secrets(110)) }), refused(/the role Role /));
    const joined = { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":s3:::", "a".repeat(10_300)]] };
    assert.throws(() => check({ Role: role(joined) }), refused(/the role Role /));
  });

  it("is one with more than 2 500 resources in all its templates together", () => {
    check(queues(1250), queues(1250));
    assert.throws(() => check(queues(1251), queues(1250)), refused(/its stack .* 2500 resources, .* would have 2501;/));
  });

  it("is one with a template of more than 1 MB", () => {
    const large = { Queue: { Type: "AWS::SQS::Queue", Properties: { Name: "a".repeat(1_000_000) } } };
    assert.throws(
      () => check(large),
      refused(/the template 0\.json .* 1000000 bytes, .*; move sources and event types/),
    );
  });

  it("is one with a function of more than 4 096 bytes of environment", () => {
    const lambda = (length: number) => ({
      Verifier: {
        Type: "AWS::Lambda::Function",
        Properties: { Environment: { Variables: { ABCD: "é".repeat(length / 2), BUCKET: { Ref: "Bucket" } } } },
      },
    });
    check(lambda(3980));
    assert.throws(() => check(lambda(4000)), refused(/the function Verifier .* 4096 bytes of environment/));
  });
});
