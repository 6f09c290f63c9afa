import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pruneTemplate } from "../../../local/app/prune-template.ts";
import { chooseReceiver } from "../../../local/app/receivers.ts";

const at = (path: string) => ({ "aws:cdk:path": path });
const receiver = (variables: object) => ({
  Type: "AWS::Lambda::Function",
  Metadata: at("Shop/Webhooks/Verifier/Function/Resource"),
  Properties: { Environment: { Variables: variables } },
});
const get = (id: string, attribute: string) => ({ "Fn::GetAtt": [id, attribute] });

/** The variables of the receiver's function, once everything outside of its tree is gone. */
function pruned(
  variables: object,
  others: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>,
) {
  const outside = Object.entries(others).map(([id, one]) => [id, { ...one, Metadata: at(`Shop/${id}/Resource`) }]);
  const template = {
    Parameters: { Word: { Default: "given" } },
    Resources: { Verifier: receiver(variables), ...Object.fromEntries(outside) },
  };
  const { template: left, outside: said } = pruneTemplate(template, "Shop/Webhooks");
  const { Environment } = (left.Resources.Verifier?.Properties ?? {}) as {
    readonly Environment: { readonly Variables: object };
  };
  return { variables: Environment.Variables, left: Object.keys(left.Resources), said };
}

describe("the template of an app's stack, for a local run", () => {
  it("has the tree alone, without a construct whose name begins alike", () => {
    const { left, said } = pruned(
      {},
      { Webhooks2: { Type: "AWS::SQS::Queue" }, Cluster: { Type: "AWS::ECS::Cluster" } },
    );
    assert.deepEqual(left, ["Verifier"]);
    assert.deepEqual(
      said.map(({ path, fate }) => `${path} ${fate}`),
      ["Shop/Webhooks2 skipped", "Shop/Cluster skipped"],
    );
  });

  it("has what the tree refers to and a stand-in plays, and what that refers to in turn", () => {
    const Orders = {
      Type: "AWS::SQS::Queue",
      Properties: { RedrivePolicy: { deadLetterTargetArn: get("Dead", "Arn") } },
    };
    const { variables, left } = pruned({ TO: { Ref: "Orders" } }, { Dead: { Type: "AWS::SQS::Queue" }, Orders });
    assert.deepEqual(left.sort(), ["Dead", "Orders", "Verifier"]);
    assert.deepEqual(variables, { TO: { Ref: "Orders" } });
  });

  it("has a placeholder for every other reference, and says which", () => {
    const given = {
      KEY: get("Key", "Arn"),
      HOST: get("Db", "Endpoint.Address"),
      TOPIC: { Ref: "Topic" },
      WORD: { Ref: "Word" },
      REGION: { Ref: "AWS::Region" },
      FAR: { "Fn::ImportValue": "x" },
    };
    const others = {
      Key: { Type: "AWS::KMS::Key" },
      Db: { Type: "AWS::RDS::DBInstance" },
      Topic: { Type: "AWS::SNS::Topic" },
    };
    const { variables, said } = pruned(given, others);
    assert.deepEqual(variables, {
      KEY: "arn:aws:kms:us-east-1:000000000000:placeholder/Key",
      HOST: "placeholder-Db",
      TOPIC: "placeholder-Topic",
      WORD: "given",
      REGION: { Ref: "AWS::Region" },
      FAR: "placeholder-of-another-stack",
    });
    assert.deepEqual(
      said.map(({ placeholders }) => placeholders),
      [["arn:aws:kms:us-east-1:000000000000:placeholder/Key"], ["placeholder-Db"], ["placeholder-Topic"]],
    );
  });

  it("skips a FIFO queue, whose name would be another", () => {
    const Fifo = { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } };
    assert.deepEqual(pruned({ TO: { Ref: "Fifo" } }, { Fifo }).variables, { TO: "placeholder-Fifo" });
  });
});

describe("the receiver of an app", () => {
  const receivers = ["dev", "prod"].map((stage) => ({
    ...{ stage, sources: {}, events: [], assembly: "cdk.out" },
    ...{ stack: `Shop-${stage}`, path: `Shop-${stage}/Webhooks` },
  }));
  const found = { receivers, stacks: ["Shop-dev", "Shop-prod", "Other"] };

  it("is named by its stack, its stage or its path", () => {
    for (const wanted of ["Shop-prod", "prod", "Shop-prod/Webhooks"]) {
      assert.equal(chooseReceiver(found, wanted), receivers[1]);
    }
  });

  it("is the only one, or must be named; the error names all", () => {
    assert.equal(chooseReceiver({ ...found, receivers: receivers.slice(0, 1) }, undefined), receivers[0]);
    const all = "Shop-dev/Webhooks (stage dev), Shop-prod/Webhooks (stage prod)";
    assert.throws(() => chooseReceiver(found, undefined), {
      message: `Cannot start: the app has several WebhookReceivers, ${all}; name one with --stack`,
    });
    assert.throws(() => chooseReceiver(found, "shop"), {
      message: `Cannot start: the app has no WebhookReceiver "shop"; it has ${all}`,
    });
  });
});
