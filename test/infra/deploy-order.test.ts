import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { routesOf } from "../../infra/build/bundle.ts";
import { queueName } from "../../infra/queue-names.ts";
import { placedResources } from "./placed-resources.ts";
import { type Declared, eventFile, synthesize } from "./stack-fixture.ts";

const events = [
  eventFile("github/push"),
  eventFile("github/issues"),
  eventFile("github/release", { retired: true }),
  eventFile("stripe/invoice.paid"),
  { ...eventFile("stripe/_other"), types: [] },
];
const app = synthesize(events, ["prod"]);
const placed = placedResources(app.of("prod").folder, "Hookline-prod");

after(() => app.remove());

const ofType = (type: string) => [...placed].filter(([, resource]) => resource.Type === type);

function one(type: string): { readonly id: string; readonly resource: Declared } {
  const [[place, resource] = [], ...more] = ofType(type);
  assert.ok(place !== undefined && resource !== undefined && more.length === 0, `${1 + more.length} of ${type}`);
  return { id: place.slice(1), resource };
}

const alias = one("AWS::Lambda::Alias");
/** Those of the entrances: the other one is a schedule's. */
const permissions = ofType("AWS::Lambda::Permission").filter(
  ([, { Properties }]) => Properties.Principal !== "events.amazonaws.com",
);

describe("a new version of the verifier", () => {
  it("goes live only once every queue that it routes to is there", () => {
    const routed = routesOf(events).map(({ queue }) => queueName("prod", queue));
    assert.equal(routed.length, 4);
    for (const name of routed) {
      const holding = ofType("AWS::SQS::Queue").filter(([, { Properties }]) => Properties.QueueName === name);
      assert.equal(holding.length, 1, name);
      const nested = holding[0]?.[0].split("/")[0] ?? "";
      assert.notEqual(nested, "", `${name} is at the top`);
      assert.ok(
        alias.resource.DependsOn?.includes(nested),
        `the alias does not wait for ${nested}, which holds ${name}`,
      );
    }
  });

  it("goes live only once the queues of archive and canary are there", () => {
    for (const name of ["hookline-prod-archive", "hookline-prod-canary"]) {
      const [[place = ""] = []] = ofType("AWS::SQS::Queue").filter(
        ([, { Properties }]) => Properties.QueueName === name,
      );
      assert.ok(alias.resource.DependsOn?.includes(place.slice(1)), name);
    }
  });

  it("goes live only once the secret of each source is there, and the canary's", () => {
    const secrets = ofType("AWS::SecretsManager::Secret").map(([place]) => place.slice(1));
    assert.equal(secrets.length, 3);
    for (const secret of secrets) assert.ok(alias.resource.DependsOn?.includes(secret), secret);
  });

  it("is behind the entrances only by the alias: they hold neither the function nor a version", () => {
    const { id: functionUrl, resource: url } = one("AWS::Lambda::Url");
    assert.equal(url.Properties.Qualifier, "live");
    assert.ok(url.DependsOn?.includes(alias.id), `${functionUrl} does not wait for the alias that it names`);
    assert.equal(alias.resource.Properties.Name, "live");
    const { resource: integration } = one("AWS::ApiGatewayV2::Integration");
    assert.deepEqual(integration.Properties.IntegrationUri, { Ref: alias.id });
    assert.equal(permissions.length, 3);
    for (const [place, { Properties }] of permissions)
      assert.deepEqual(Properties.FunctionName, { Ref: alias.id }, place);
  });

  it("is the alias's target, and no queue depends on it", () => {
    const { id: version, resource } = one("AWS::Lambda::Version");
    assert.deepEqual(alias.resource.Properties.FunctionVersion, { "Fn::GetAtt": [version, "Version"] });
    const { Properties } =
      placed.get(`/${(resource.Properties.FunctionName as { readonly Ref: string }).Ref}`) ?? resource;
    assert.equal(Properties.Handler, "index.handler");
    for (const [place, nested] of ofType("AWS::CloudFormation::Stack")) {
      assert.doesNotMatch(JSON.stringify(nested), /Verifier/, place);
    }
  });
});

describe("a queue", () => {
  it("outlives an update that is rolled back, since entrances come after the alias: events may be in it by then", () => {
    const after = [...placed].filter(([, { DependsOn, Properties }]) => {
      const named = JSON.stringify(Properties ?? {}).includes(`"${alias.id}"`);
      return named || [DependsOn ?? []].flat().includes(alias.id);
    });
    // Were nothing left that can fail once the alias has moved, RetainExceptOnCreate would do.
    assert.ok(after.some(([, { Type }]) => Type === "AWS::Lambda::Url"));
    assert.ok(after.some(([, { Type }]) => Type === "AWS::ApiGatewayV2::Integration"));
    // Nothing of a provider is in the canary's.
    const queues = ofType("AWS::SQS::Queue").filter(([place]) => !place.startsWith("/Canary"));
    assert.equal(queues.length, 11);
    for (const [place, { DeletionPolicy }] of queues) assert.equal(DeletionPolicy, "Retain", place);
  });
});

describe("the entrances", () => {
  it("are open to everybody by both permissions that a function URL needs", () => {
    const granted = permissions
      .filter(([, { Properties }]) => Properties.Principal === "*")
      .map(
        ([
          ,
          {
            Properties: { FunctionName: _, Principal: __, ...rest },
          },
        ]) => rest,
      );
    assert.deepEqual(granted, [
      { Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" },
      { Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true },
    ]);
  });

  it("has an API whose route opens once it may invoke the alias", () => {
    const [[place, permission] = []] = permissions.filter(([, { Properties }]) => Properties.Principal !== "*");
    assert.equal(permission?.Properties.Principal, "apigateway.amazonaws.com");
    assert.match(JSON.stringify(permission?.Properties.SourceArn), /VerifierApi6F4DA1C0.+\/\{source\}/);
    const { resource: route } = one("AWS::ApiGatewayV2::Route");
    assert.deepEqual(route.DependsOn, [place?.slice(1)]);
  });
});
