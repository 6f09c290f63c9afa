import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { eventFile, only, resources, synthesize } from "./stack-fixture.ts";

const types = Array.from({ length: 200 }, (_, index) => `github/event.${index}`);
const app = synthesize(
  types.map((name) => eventFile(name)),
  ["dev"],
);
const { root, nested } = app.of("dev");

after(() => app.remove());

const count = (template: { toJSON(): { readonly Resources?: object } }) =>
  Object.keys(template.toJSON().Resources ?? {}).length;

describe("a stage of 200 event types in one source", () => {
  it("stays under 500 resources in every stack and 2500 in all", (t) => {
    const counts = [root, ...nested].map(count);
    const total = counts.reduce((sum, one) => sum + one, 0);
    t.diagnostic(`${nested.length} nested stacks, at most ${Math.max(...counts)} resources in one, ${total} in all`);
    for (const one of counts) assert.ok(one <= 500, `${one} resources in one stack`);
    assert.ok(total <= 2500, `${total} resources`);
  });

  it("stays under 200 outputs and parameters in every stack and 1 MB in every template", () => {
    for (const template of [root, ...nested]) {
      const json: { readonly Outputs?: object; readonly Parameters?: object } = template.toJSON();
      assert.ok(Object.keys(json.Outputs ?? {}).length <= 200);
      assert.ok(Object.keys(json.Parameters ?? {}).length <= 200);
      assert.ok(JSON.stringify(json).length < 1_000_000);
    }
  });

  it("gives the verifier the environment and the policy that one event type would", () => {
    const [, { Properties }] = only(root, "AWS::Lambda::Function");
    assert.ok(JSON.stringify(Properties.Environment).length < 4096);
    const [, role] = only(root, "AWS::IAM::Role");
    assert.ok(JSON.stringify(role.Properties.Policies).length < 10_240);
  });

  it("has a queue and a DLQ for each, no two of one name", () => {
    const names = resources(nested, "AWS::SQS::Queue").map(([, { Properties }]) => Properties.QueueName);
    assert.equal(names.length, 400);
    assert.equal(new Set(names).size, 400);
  });
});
