import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import type { StageConfig } from "../../infra/stage-config.ts";
import { eventFile, only, resources, synthesize } from "./stack-fixture.ts";

type Statement = { readonly Action: string | readonly string[]; readonly Resource: unknown };

const one = synthesize([eventFile("github/push")]);
const dev = one.of("dev");
const prod = one.of("prod");

after(() => one.remove());

describe("every function", () => {
  it("logs JSON, all of its own lines, and of Lambda's those of runs that fail or time out", () => {
    const LoggingConfig = resources(dev.root, "AWS::Lambda::Function").map(
      ([, { Properties }]) => Properties.LoggingConfig,
    );
    assert.ok(LoggingConfig.length >= 3);
    for (const { LogFormat, SystemLogLevel, ApplicationLogLevel } of LoggingConfig as Readonly<
      Record<string, string>
    >[])
      assert.deepEqual([LogFormat, SystemLogLevel, ApplicationLogLevel], ["JSON", "WARN", "TRACE"]);
  });
});

describe("the entrances", () => {
  const [alias] = only(dev.root, "AWS::Lambda::Alias");

  it("has a function URL without IAM authorization, on the alias live", () => {
    const [, url] = only(dev.root, "AWS::Lambda::Url");
    assert.equal(url.Properties.AuthType, "NONE");
    assert.equal(url.Properties.Qualifier, "live");
    assert.equal(only(dev.root, "AWS::Lambda::Alias")[1].Properties.Name, "live");
    assert.ok(url.DependsOn?.includes(alias));
  });

  it("grants both permissions that a public function URL needs, on the alias", () => {
    const everybody = resources(dev.root, "AWS::Lambda::Permission")
      .map(([, { Properties }]) => Properties)
      .filter(({ Principal }) => Principal === "*");
    const of = (action: string) => everybody.find(({ Action }) => Action === action);
    assert.equal(everybody.length, 2);
    const invokeUrl = of("lambda:InvokeFunctionUrl");
    assert.deepEqual(invokeUrl?.FunctionName, { Ref: alias });
    assert.equal(invokeUrl?.FunctionUrlAuthType, "NONE");
    const invoke = of("lambda:InvokeFunction");
    assert.deepEqual(invoke?.FunctionName, { Ref: alias });
    assert.equal(invoke?.InvokedViaFunctionUrl, true);
  });

  it("has an HTTP API whose one route leads to the alias", () => {
    const [integration, { Properties }] = only(dev.root, "AWS::ApiGatewayV2::Integration");
    assert.deepEqual(Properties.IntegrationUri, { Ref: alias });
    assert.equal(Properties.PayloadFormatVersion, "2.0");
    const [, route] = only(dev.root, "AWS::ApiGatewayV2::Route");
    assert.equal(route.Properties.RouteKey, "ANY /{source}");
    assert.deepEqual(route.Properties.Target, { "Fn::Join": ["", ["integrations/", { Ref: integration }]] });
    const gateway = resources(dev.root, "AWS::Lambda::Permission").filter(
      ([, permission]) => permission.Properties.Principal === "apigateway.amazonaws.com",
    );
    assert.deepEqual(
      gateway.map(([, permission]) => permission.Properties.FunctionName),
      [{ Ref: alias }],
    );
  });
});

describe("the resources that hold data", () => {
  it("are one table, on demand, with TTL and point-in-time recovery", () => {
    for (const { root } of [dev, prod]) {
      const [, { Properties }] = only(root, "AWS::DynamoDB::Table");
      assert.equal(Properties.BillingMode, "PAY_PER_REQUEST");
      assert.deepEqual(Properties.TimeToLiveSpecification, { AttributeName: "ex", Enabled: true });
      assert.deepEqual(Properties.PointInTimeRecoverySpecification, { PointInTimeRecoveryEnabled: true });
    }
  });

  it("are kept in prod and removed in dev; secrets and bucket go with a creation that fails, queues and table do not", () => {
    for (const [type, kept] of [
      ["AWS::DynamoDB::Table", "Retain"],
      ["AWS::SQS::Queue", "Retain"],
      ["AWS::SecretsManager::Secret", "RetainExceptOnCreate"],
      ["AWS::S3::Bucket", "RetainExceptOnCreate"],
    ] as const) {
      for (const [stage, onDeletion, onReplacement] of [
        [dev, "Delete", "Delete"],
        [prod, kept, "Retain"],
      ] as const) {
        // Nothing in the canary's is worth keeping.
        const all = resources([stage.root, ...stage.nested], type);
        const found = all.filter(([id]) => !id.startsWith("Canary"));
        assert.ok(found.length > 0, type);
        for (const [id, declared] of found) {
          assert.equal(declared.DeletionPolicy, onDeletion, id);
          assert.equal(declared.UpdateReplacePolicy, onReplacement, id);
        }
      }
    }
    assert.equal(only(dev.root, "AWS::DynamoDB::Table")[1].Properties.DeletionProtectionEnabled, false);
    assert.equal(only(prod.root, "AWS::DynamoDB::Table")[1].Properties.DeletionProtectionEnabled, true);
  });

  it("have their stack protected from deletion in prod, not in dev", () => {
    assert.equal(prod.stack.terminationProtection, true);
    assert.equal(dev.stack.terminationProtection, false);
  });

  it("include a secret with a name and no value", () => {
    for (const [name, { root }] of [
      ["dev", dev],
      ["prod", prod],
    ] as const) {
      const secrets = resources(root, "AWS::SecretsManager::Secret").filter(([id]) => !id.startsWith("Canary"));
      const [[, { Properties }] = only(root, "AWS::SecretsManager::Secret")] = secrets;
      assert.equal(secrets.length, 1);
      assert.deepEqual(Object.keys(Properties).sort(), ["Description", "Name"]);
      assert.equal(Properties.Name, `hookline/${name}/github`);
    }
  });
});

describe("the functions", () => {
  it("run on nodejs24.x and arm64", () => {
    const functions = resources([dev.root, ...dev.nested], "AWS::Lambda::Function");
    assert.equal(functions.length, 5);
    for (const [id, { Properties }] of functions) {
      assert.equal(Properties.Runtime, "nodejs24.x", id);
      assert.deepEqual(Properties.Architectures, ["arm64"], id);
      assert.equal(Properties.Handler, "index.handler", id);
    }
  });
});

describe("the details of deliveries", () => {
  it("are logged by verifier and processors alike, of the share that the stage says", () => {
    const shares = (change: Partial<StageConfig>) => {
      const app = synthesize([eventFile("github/push")], ["dev"], change);
      const { root, nested } = app.of("dev");
      app.remove();
      const ofEvents = resources([root, ...nested], "AWS::Lambda::Function").filter(([id]) => /Verifier|push/.test(id));
      return ofEvents.map(([, { Properties }]) => {
        const { Variables } = Properties.Environment as { readonly Variables: Readonly<Record<string, unknown>> };
        return Variables.HOOKLINE_DEBUG_SHARE;
      });
    };
    assert.deepEqual(shares({ debugShare: 0.05 }), ["0.05", "0.05"]);
    assert.deepEqual(shares({}), [undefined, undefined]);
  });
});

describe("the verifier", () => {
  const variables = ({ root }: typeof dev): Readonly<Record<string, unknown>> =>
    resources(root, "AWS::Lambda::Function")
      .map(([, { Properties }]) => ({ ...(Properties.Environment as { readonly Variables?: object })?.Variables }))
      .find((found) => "HOOKLINE_SECRET_PREFIX" in found) ?? {};

  it("has the stage's settings of its sources, without those for alarms", () => {
    const github = { registeredUrl: "https://hooks.example/github", livemode: "only" };
    assert.deepEqual(JSON.parse(String(variables(prod).HOOKLINE_SOURCES)), { github });
    assert.ok(!("HOOKLINE_SOURCES" in variables(dev)));
  });

  it("may write the secret of a source whose provider hands one over, and no other", () => {
    const two = synthesize([eventFile("asana/added"), eventFile("github/push")], ["dev"]);
    const { root } = two.of("dev");
    two.remove();
    const secretOf = (name: string) =>
      resources(root, "AWS::SecretsManager::Secret").find(([, { Properties }]) => Properties.Name === name)?.[0];
    const written = resources(root, "AWS::IAM::Role").flatMap(([, { Properties }]) =>
      (Properties.Policies as readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[])
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .filter(({ Action }) => [Action].flat().includes("secretsmanager:PutSecretValue")),
    );
    assert.deepEqual(
      written.map(({ Resource }) => Resource),
      [{ Ref: secretOf("hookline/dev/asana") }],
    );
    assert.ok(!JSON.stringify(resources(dev.root, "AWS::IAM::Role")).includes("PutSecretValue"));
  });

  it("fetches keys from their providers, and from nowhere else", () => {
    assert.ok(!("HOOKLINE_KEYS_ENDPOINT" in variables(prod)));
  });
});

describe("the alarm topic", () => {
  it("lets CloudWatch publish for this account, and refuses every request without TLS", () => {
    const [topic] = only(dev.root, "AWS::SNS::Topic");
    const [, { Properties }] = only(dev.root, "AWS::SNS::TopicPolicy");
    const { Statement } = Properties.PolicyDocument as { readonly Statement: readonly Record<string, unknown>[] };
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow");
    assert.deepEqual(
      allowed.map(({ Action, Principal, Resource, Condition }) => ({ Action, Principal, Resource, Condition })),
      [
        {
          Action: "sns:Publish",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Resource: { Ref: topic },
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        },
      ],
    );
    const denied = Statement.find(({ Effect }) => Effect === "Deny");
    assert.deepEqual(denied?.Condition, { Bool: { "aws:SecureTransport": "false" } });
  });

  it("writes to the stage's address, where one is configured", () => {
    assert.equal(resources(dev.root, "AWS::SNS::Subscription").length, 0);
    const [, { Properties }] = only(prod.root, "AWS::SNS::Subscription");
    assert.equal(Properties.Protocol, "email");
    assert.equal(Properties.Endpoint, "on-call@example.com");
  });
});

describe("the validation", () => {
  it("checks the stack against CDK's default rules at synth", () => {
    const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
    assert.equal(context["@aws-cdk/core:validateAgainstDefaultRules"], true);
  });
});

describe("a version of the verifier", () => {
  it("stays in the account when the next one takes its place, in every stage, so that the alias can go back to it", () => {
    for (const { root } of [dev, prod]) {
      const [, version] = only(root, "AWS::Lambda::Version");
      assert.deepEqual([version.DeletionPolicy, version.UpdateReplacePolicy], ["RetainExceptOnCreate", "Retain"]);
    }
  });
});

describe("a stage with a table that was restored", () => {
  const restored = synthesize([eventFile("github/push")], ["prod"], { table: "hookline-prod-restored" });
  after(() => restored.remove());
  const { root, nested } = restored.of("prod");

  it("reads and writes that one alone, and makes none", () => {
    assert.deepEqual(resources([root, ...nested], "AWS::DynamoDB::Table"), []);
    const functions = resources([root, ...nested], "AWS::Lambda::Function").map(([, { Properties }]) => {
      const { Variables } = Properties.Environment as { readonly Variables: Readonly<Record<string, unknown>> };
      return JSON.stringify(Variables.HOOKLINE_TABLE);
    });
    assert.equal(functions.filter((name) => name?.includes("hookline-prod-restored")).length, 2, functions.join());
    const statements = JSON.stringify(
      resources([root, ...nested], "AWS::IAM::Role").map(([, role]) => role.Properties),
    );
    assert.equal(statements.match(/:table\/hookline-prod-restored/g)?.length, 2);
    assert.match(JSON.stringify(root.toJSON().Outputs.TableName), /hookline-prod-restored/);
  });

  it("leaves the table of before in the account", () => {
    const before = synthesize([eventFile("github/push")], ["prod"]);
    after(() => before.remove());
    const [, table] = only(before.of("prod").root, "AWS::DynamoDB::Table");
    assert.deepEqual([table.DeletionPolicy, table.UpdateReplacePolicy], ["Retain", "Retain"]);
  });
});
