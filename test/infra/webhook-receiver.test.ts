import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { App, NestedStack, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { AttributeType, type ITable, Table } from "aws-cdk-lib/aws-dynamodb";
import { type IVpc, SecurityGroup, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { WebhookReceiver, type WebhookReceiverProps } from "../../infra/mod.ts";
import { factsIn } from "../../infra/receiver-facts.ts";
import { type Declared, eventFile, only, resources, stubCode } from "./stack-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-receiver-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const code = stubCode(folder, [eventFile("github/push"), eventFile("stripe/invoice.paid")]);

/** A receiver in a stack of somebody's own, and the templates of both. */
function receive(
  given: (stack: Stack) => Partial<WebhookReceiverProps> = () => ({}),
  then: (receiver: WebhookReceiver, stack: Stack) => void = () => {},
) {
  const app = new App({ outdir: join(folder, crypto.randomUUID()), analyticsReporting: false });
  const stack = new Stack(app, "Shop");
  const receiver = new WebhookReceiver(stack, "Webhooks", { stage: "shop", code, ...given(stack) });
  then(receiver, stack);
  app.synth();
  const nested = receiver.node.children.filter((child) => child instanceof NestedStack);
  const [root, ...others] = [stack, ...nested].map((one) => Template.fromStack(one));
  assert.ok(root !== undefined);
  return { receiver, root, all: [root, ...others] };
}

const text = (value: unknown) => JSON.stringify(value);
const functionsOf = (all: readonly Template[]) =>
  resources(all, "AWS::Lambda::Function").map(([id, { Properties }]) => [id, Properties] as const);
const statementsOf = (all: readonly Template[]) =>
  resources(all, "AWS::IAM::Role").map(([id, { Properties }]) => [id, text(Properties.Policies)] as const);

describe("a WebhookReceiver in a stack of one's own", () => {
  it("keeps data and lines for 90 days, and has a table and a topic of its own", () => {
    const { receiver, root, all } = receive();
    assert.equal(only(root, "AWS::DynamoDB::Table")[1].DeletionPolicy, "Retain");
    assert.equal(resources(all, "AWS::SNS::Topic").length, 1);
    for (const [id, { Properties }] of resources(all, "AWS::Logs::LogGroup")) {
      assert.equal(Properties.RetentionInDays, 90, id);
    }
    for (const [id, { DeletionPolicy }] of resources(all, "AWS::SQS::Queue"))
      assert.equal(DeletionPolicy, /Canary/.test(id) ? "Delete" : "Retain", id);
    assert.deepEqual(Object.keys(receiver.pipelines), ["github/push", "stripe/invoice.paid"]);
    assert.ok(receiver.functionUrl !== undefined && receiver.apiUrl !== undefined);
    assert.equal(receiver.domainTarget, undefined);
  });

  it("says in outputs and metadata of its stack what commands need, beside the facts of another receiver", () => {
    const { root } = receive(undefined, (_, stack) => {
      const sources = { github: { expectedWithinHours: 24 }, stripe: {} };
      new WebhookReceiver(stack, "Others", { stage: "others", code, sources, entrances: { functionUrl: false } });
    });
    const { Outputs, Metadata } = root.toJSON();
    const [shop, others, ...more] = factsIn(Metadata);
    assert.deepEqual([shop?.stage, others?.stage, more], ["shop", "others", []]);
    assert.deepEqual(shop?.sources, { github: "github", stripe: "stripe" });
    assert.deepEqual([shop?.expectedWithinHours, others?.expectedWithinHours], [undefined, { github: 24 }]);
    assert.deepEqual(
      shop?.events.map(({ name, queue }) => [name, queue]),
      [
        ["github/push", "github-push"],
        ["stripe/invoice.paid", "stripe-invoice_paid"],
      ],
    );
    const names = ["AlarmTopic", "ApiUrl", "BucketName", "DashboardUrl", "FunctionUrl", "TableName", "VerifierName"];
    assert.deepEqual(Object.keys(shop?.outputs ?? {}).sort(), names);
    assert.deepEqual(
      Object.keys(others?.outputs ?? {}).sort(),
      names.filter((name) => name !== "FunctionUrl"),
    );
    const keys = [shop, others].flatMap((facts) => Object.values(facts?.outputs ?? {}));
    assert.deepEqual(keys.toSorted(), Object.keys(Outputs).toSorted());
  });

  it("says in its facts that samples may be sent to it where it allows that, and nothing of it otherwise", () => {
    const said = (given: Partial<WebhookReceiverProps>) =>
      factsIn(receive(() => given).root.toJSON().Metadata).map((facts) => facts.allowSend);
    assert.deepEqual(said({ allowSend: true }), [true]);
    assert.deepEqual(said({ allowSend: false }), [undefined]);
    assert.deepEqual(said({}), [undefined]);
  });

  it("says in its facts where alarms go that go to no address", () => {
    const said = (given: Partial<WebhookReceiverProps>) =>
      factsIn(receive(() => given).root.toJSON().Metadata).map((facts) => facts.alarmTarget);
    assert.deepEqual(said({ alarmEmail: "ops@example.com" }), [undefined]);
    assert.deepEqual(said({ alarmTarget: "none" }), ["none"]);
    assert.deepEqual(said({ removeData: true }), ["none"]);
    assert.deepEqual(said({ alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:ops" }), ["topic"]);
  });

  it("has its functions read source maps where the bundles have them, and Node's alone", () => {
    const options = (given: Partial<WebhookReceiverProps>) =>
      functionsOf(receive(() => given).all).map(([, { Environment }]) => {
        const { Variables } = Environment as { readonly Variables: Readonly<Record<string, string>> };
        return Variables.NODE_OPTIONS;
      });
    assert.deepEqual(new Set(options({})), new Set([undefined]));
    assert.deepEqual(new Set(options({ code: { ...code, sourceMaps: true } })), new Set(["--enable-source-maps"]));
  });

  it("says which entrance is closed", () => {
    const { receiver, root } = receive(() => ({ entrances: { api: false } }));
    assert.ok(receiver.functionUrl !== undefined);
    assert.equal(receiver.apiUrl, undefined);
    assert.equal(resources(root, "AWS::ApiGatewayV2::Api").length, 0);
  });

  it("can stand beside another one", () => {
    const { all } = receive(undefined, (_, stack) => {
      new WebhookReceiver(stack, "Others", { stage: "others", code });
    });
    const fields = ["QueueName", "AlarmName", "Name", "LogGroupName", "DashboardName"];
    const names = all.flatMap((template) => {
      const found: readonly Declared[] = Object.values(template.toJSON().Resources);
      const account = found.filter(({ Type }) => Type !== "AWS::Lambda::Alias");
      return account.flatMap(({ Type, Properties = {} }) =>
        fields.flatMap((field) => (Properties[field] === undefined ? [] : [`${Type} ${text(Properties[field])}`])),
      );
    });
    assert.ok(names.length > 40);
    assert.deepEqual(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
    );
  });

  it("refuses invalid props by their name", () => {
    assert.throws(() => receive(() => ({ stage: "my-shop" })), {
      name: "TypeError",
      message: /^Cannot configure stage "my-shop": .* rename it in the props of WebhookReceiver$/,
    });
    assert.throws(() => receive(() => ({ entrances: { api: false, functionUrl: false } })), {
      message: /entrances must be open.*in the props of WebhookReceiver$/,
    });
    const old: object = { doors: { api: false } };
    assert.throws(() => receive(() => old), {
      name: "TypeError",
      message: /doors is now called entrances; correct or leave it out in the props of WebhookReceiver$/,
    });
    assert.throws(() => receive(() => ({ sources: { paypal: { livemode: "only" } } })), {
      message: /sources\["paypal"\] must be one of github, stripe, received "paypal"/,
    });
  });
});

describe("a table of one's own", () => {
  const make = (stack: Stack, pk = "pk", ttl = "ex") =>
    new Table(stack, "Records", {
      partitionKey: { name: pk, type: AttributeType.STRING },
      ...(ttl === "" ? {} : { timeToLiveAttribute: ttl }),
    }) as ITable;

  it("takes the place of the receiver's, in functions, policies and the dashboard", () => {
    const { root, all } = receive((stack) => ({ table: make(stack) }));
    const [id] = only(root, "AWS::DynamoDB::Table");
    assert.match(id, /^Records/);
    const isOfEvents = ([name]: readonly [string, unknown]) => !/Sweeper|Archive|Canary/.test(name);
    const [functions, statementsOfAll] = [functionsOf(all).filter(isOfEvents), statementsOf(all).filter(isOfEvents)];
    assert.deepEqual([functions.length, statementsOfAll.length], [3, 3]);
    for (const [name, properties] of functions) assert.match(text(properties.Environment), /Records/, name);
    for (const [name, statements] of statementsOfAll) assert.match(statements, /dynamodb:GetItem.*Records/, name);
    const [, dashboard] = only(root, "AWS::CloudWatch::Dashboard");
    assert.match(text(dashboard.Properties.DashboardBody), /"Table":\{"Ref":"Records/);
  });

  it("is refused where records would not fit or never expire", () => {
    assert.throws(() => receive((stack) => ({ table: make(stack, "id") })), {
      name: "TypeError",
      message:
        'Cannot use table Shop/Records: it must have the partition key "pk" and no sort key, received "id"; leave `table` out to get one made',
    });
    assert.throws(
      () => receive((stack) => ({ table: make(stack, "pk", "expires") })),
      /"ex" as its time to live, received "expires"/,
    );
    assert.throws(() => receive((stack) => ({ table: make(stack, "pk", "") })), /received undefined/);
  });

  it("may be an existing one", () => {
    const { root } = receive((stack) => ({ table: Table.fromTableName(stack, "Known", "records") }));
    assert.equal(resources(root, "AWS::DynamoDB::Table").length, 0);
    assert.match(text(functionsOf([root])), /"HOOKLINE_TABLE":"records"/);
  });
});

describe("a topic of one's own", () => {
  it("is notified in place of the receiver's, e-mails included, and its policy is unchanged", () => {
    const { root, all } = receive((stack) => ({
      topic: new Topic(stack, "OnCall"),
      alarmEmail: "on-call@example.com",
    }));
    const [id] = only(all, "AWS::SNS::Topic");
    assert.match(id, /^OnCall/);
    assert.equal(resources(all, "AWS::SNS::TopicPolicy").length, 0);
    assert.match(text(only(root, "AWS::SNS::Subscription")[1].Properties), /OnCall/);
    const alarms = resources(all, "AWS::CloudWatch::Alarm");
    // Those in nested stacks have it as a parameter.
    const isIt = /^\[\{"Ref":"(referencetoShop)?OnCall[0-9A-F]{8}(Ref)?"\}\]$/;
    assert.ok(alarms.length > 10);
    for (const [name, { Properties }] of alarms) {
      assert.match(text(Properties.AlarmActions), isIt, name);
      assert.match(text(Properties.OKActions), isIt, name);
    }
  });
});

describe("a receiver that keeps its data", () => {
  const refused = (props: Partial<WebhookReceiverProps>, context: Readonly<Record<string, unknown>> = {}) => {
    let errors: readonly unknown[] = [];
    receive(
      (stack) => {
        for (const [key, value] of Object.entries(context)) stack.node.setContext(key, value);
        return props;
      },
      (_, stack) =>
        (errors = Annotations.fromStack(stack)
          .findError("*", Match.anyValue())
          .map(({ entry }) => entry.data)),
    );
    return errors;
  };

  it("is refused at its deploy, where nobody is told of its alarms", () => {
    assert.deepEqual(refused({}), [
      'Cannot deploy stage "shop": it keeps its data, and nobody is told of its alarms; set alarmEmail or alarmTopicArn, or alarmTarget: "none" where you mean it',
    ]);
  });

  it("is not, where somebody is told, where it asks for that, or where it keeps nothing", () => {
    const alarmTopicArn = "arn:aws:sns:eu-central-1:123456789012:chat";
    for (const props of [
      { alarmEmail: "on-call@example.com" },
      { alarmTopicArn },
      { alarmTarget: "none" },
      { removeData: true },
    ] as const) {
      assert.deepEqual(refused(props), [], text(props));
    }
    receive(
      (stack) => ({ topic: new Topic(stack, "OnCall") }),
      (_, stack) => assert.deepEqual(Annotations.fromStack(stack).findError("*", Match.anyValue()), []),
    );
  });

  it("takes an address of CDK's context, for a synth that deploys nothing, where it names nobody itself", () => {
    const context = { "hookline:alarmEmail": "ci@example.com" };
    assert.deepEqual(refused({}, context), []);
    const addresses = (props: Partial<WebhookReceiverProps>) => {
      const { all } = receive((stack) => {
        stack.node.setContext("hookline:alarmEmail", "ci@example.com");
        return props;
      });
      return resources(all, "AWS::SNS::Subscription").map(([, { Properties }]) => Properties.Endpoint);
    };
    assert.deepEqual(addresses({}), ["ci@example.com"]);
    assert.deepEqual(addresses({ alarmEmail: "on-call@example.com" }), ["on-call@example.com"]);
    for (const props of [{ alarmTarget: "none" }, { removeData: true }] as const)
      assert.deepEqual(addresses(props), []);
  });
});

describe("the dashboard of a receiver in a stack of one's own", () => {
  const searches = (name: string, nest = false) => {
    const stack = new Stack(new App({ outdir: join(folder, crypto.randomUUID()), analyticsReporting: false }), name);
    new WebhookReceiver(nest ? new NestedStack(stack, "Inner") : stack, "Webhooks", { stage: "shop", code });
    const [, { Properties }] = only(
      nest ? Template.fromStack(stack.node.findChild("Inner") as Stack) : Template.fromStack(stack),
      "AWS::CloudWatch::Dashboard",
    );
    const found = text(Properties.DashboardBody).match(/\{AWS\/Lambda,FunctionName\} MetricName=[^']+/g) ?? [];
    return [...new Set(found.map((search) => search.replace(/^.*?MetricName=\S+ /, "")))];
  };

  it("finds its functions, which CloudFormation names after its stack", () => {
    assert.deepEqual(searches("Shop"), ["Shop"]);
    assert.deepEqual(searches("Shop", true), ["Shop"]);
    assert.deepEqual(searches("Acme-Shop-Webhooks"), ["Acme Shop Webhooks"]);
  });

  it("leaves out a word that CloudFormation may cut, since a search compares whole words", () => {
    assert.deepEqual(searches("Acme-Shop-Production-Webhooks"), ["Acme Shop Production"]);
    assert.deepEqual(searches("Acme-Shop-Production-Hub-Two"), ["Acme Shop Production Hub"]);
  });
});

describe("a key of one's own", () => {
  const { root, all } = receive((stack) => ({ encryptionKey: new Key(stack, "Key") }));
  assert.match(only(root, "AWS::KMS::Key")[0], /^Key/);
  const plain = receive().all;

  it("encrypts table, bodies, secrets, queues and DLQs", () => {
    const places = {
      "AWS::DynamoDB::Table": ["SSESpecification", 1],
      "AWS::S3::Bucket": ["BucketEncryption", 1],
      "AWS::SecretsManager::Secret": ["KmsKeyId", 3],
      "AWS::SQS::Queue": ["KmsMasterKeyId", 6],
    } as const;
    for (const [type, [property, count]] of Object.entries(places)) {
      const found = resources(all, type);
      assert.equal(found.length, count, type);
      for (const [id, { Properties }] of found)
        assert.match(text(Properties[property]), /"Key[0-9A-F]{8}"|ToShopKey|toShopKey/, id);
      for (const [id, { Properties }] of resources(plain, type)) assert.doesNotMatch(text(Properties), /kms/i, id);
    }
  });

  it("may be used by each function for its own data, through those services alone", () => {
    const servicesOf = (id: string) => {
      if (/Sweeper|Archive/.test(id)) return ["sqs", "s3"];
      if (id.includes("Canary")) return ["secretsmanager"];
      return ["sqs", "dynamodb", "s3", ...(id.includes("Verifier") ? ["secretsmanager"] : [])];
    };
    for (const [id, { Properties }] of resources(all, "AWS::IAM::Role")) {
      const [{ PolicyDocument }] = Properties.Policies as [{ PolicyDocument: { Statement: { Action: string[] }[] } }];
      const uses = PolicyDocument.Statement.filter(({ Action }) => text(Action).includes("kms:"));
      assert.equal(uses.length, 1, id);
      const via = [...text(uses[0]).matchAll(/"(\w+)\.",\{"Ref":"AWS::Region"\}/g)].map(([, name]) => name);
      assert.deepEqual(via, servicesOf(id), id);
      assert.match(text(uses[0]), /"Resource":\{[^}]*Key/, id);
    }
    for (const [id, statements] of statementsOf(plain)) assert.doesNotMatch(statements, /kms:/, id);
  });

  it("must also encrypt a table of one's own", () => {
    const { all: own } = receive((stack) => {
      const encryptionKey = new Key(stack, "Theirs");
      const partitionKey = { name: "pk", type: AttributeType.STRING };
      return {
        table: new Table(stack, "Records", { partitionKey, timeToLiveAttribute: "ex", encryptionKey }) as ITable,
      };
    });
    for (const [id, statements] of statementsOf(own)) assert.match(statements, /kms:Decrypt.*Theirs/, id);
  });
});

describe("a VPC of one's own", () => {
  const isIn = (properties: Readonly<Record<string, unknown>>) => properties.VpcConfig !== undefined;
  const make = (stack: Stack) => new Vpc(stack, "Vpc", { maxAzs: 2 }) as IVpc;
  const placesOf = (all: readonly Template[]) =>
    Object.fromEntries(functionsOf(all).map(([id, properties]) => [id.replace(/Function.*/, ""), isIn(properties)]));

  it("holds the processors, with one security group and permission to create interfaces, and not the verifier", () => {
    const { all } = receive((stack) => ({ vpc: make(stack) }));
    const { WebhooksVerifier, WebhooksSweeper, WebhooksArchive, WebhooksCanary, ...processors } = placesOf(all);
    assert.deepEqual([WebhooksVerifier, WebhooksSweeper, WebhooksArchive, WebhooksCanary], Array(4).fill(false));
    assert.deepEqual(Object.values(processors), [true, true]);
    assert.equal(resources(all, "AWS::EC2::SecurityGroup").length, 1);
    for (const [id, statements] of statementsOf(all)) {
      if (/CustomVpcRestrict/.test(id)) continue;
      assert.equal(/ec2:CreateNetworkInterface/.test(statements), !/Verifier|Sweeper|Archive|Canary/.test(id), id);
    }
  });

  it("holds the verifier where it is wanted there, and takes subnets and security groups", () => {
    const { all } = receive((stack) => {
      const subnetConfiguration = [
        { name: "Out", subnetType: SubnetType.PUBLIC },
        { name: "Inner", subnetType: SubnetType.PRIVATE_ISOLATED },
      ];
      const vpc = new Vpc(stack, "Vpc", { maxAzs: 2, subnetConfiguration }) as IVpc;
      const securityGroups = [new SecurityGroup(stack, "Mine", { vpc })];
      return { vpc, securityGroups, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, verifierInVpc: true };
    });
    // The canary posts from outside, as a provider does.
    const inside = functionsOf(all).filter(([id]) => id.includes("Function") && !id.includes("Canary"));
    assert.equal(inside.length, 5);
    for (const [id, { VpcConfig }] of inside) {
      assert.match(text(VpcConfig), /Mine/, id);
      assert.match(text(VpcConfig), /InnerSubnet1.*InnerSubnet2/, id);
      assert.doesNotMatch(text(VpcConfig), /OutSubnet/, id);
    }
    assert.equal(resources(all, "AWS::EC2::SecurityGroup").length, 1);
  });
});

describe("a processor of a receiver", () => {
  it("takes grants as any function does", () => {
    const { all } = receive(undefined, (receiver, stack) => {
      const orders = new Table(stack, "Orders", { partitionKey: { name: "id", type: AttributeType.STRING } });
      const pipeline = receiver.pipelines["stripe/invoice.paid"];
      assert.ok(pipeline !== undefined);
      orders.grantWriteData(pipeline.processor);
    });
    const [id, { Properties }] = only(all, "AWS::IAM::Policy");
    assert.match(id, /^stripeinvoicepaidRole/);
    assert.match(text(Properties), /dynamodb:PutItem.*Orders/);
  });
});

describe("the props of WebhookReceiver", () => {
  it("are all documented, the optional ones with their default", () => {
    const own = readFileSync(new URL("../../infra/constructs/webhook-receiver.ts", import.meta.url), "utf8");
    const staged = readFileSync(new URL("../../infra/stage-config.ts", import.meta.url), "utf8");
    const [props = ""] = /type WebhookReceiverProps =[\s\S]*?^\};/m.exec(own) ?? [];
    const [config = ""] = /type StageConfig =[\s\S]*?^\};/m.exec(staged) ?? [];
    const optional = [...`${props}\n${config}`.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}readonly (\w+)\?:/g)];
    const every = [...`${props}\n${config}`.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
    assert.deepEqual(
      optional.map(([, , name]) => name),
      every,
    );
    assert.ok(every.length > 15);
    for (const [, docs = "", name] of optional) assert.match(docs, /Defaults\s+(\*\s+)?to\b|The default of each/, name);
  });
});
