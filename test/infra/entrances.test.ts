import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Match, type Template } from "aws-cdk-lib/assertions";
import type { StageConfig } from "../../infra/stage-config.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

/** The root template of a stage that says this besides. */
function templateOf(change: Partial<StageConfig>): Template {
  const app = synthesize([eventFile("github/push")], ["dev"], change);
  const { root } = app.of("dev");
  app.remove();
  return root;
}

const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b";

describe("the entrances of a stage", () => {
  it("are both open, and the API has the name that AWS gives it", () => {
    const template = templateOf({});
    template.resourceCountIs("AWS::Lambda::Url", 1);
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { DisableExecuteApiEndpoint: Match.absent() });
    const urls = Object.keys(template.findOutputs("*")).filter((name) => /Url$/.test(name));
    assert.deepEqual(urls.sort(), ["ApiUrl", "DashboardUrl", "FunctionUrl"]);
  });

  it("can be the API alone, or the function URL alone", () => {
    const api = templateOf({ entrances: { functionUrl: false } });
    api.resourceCountIs("AWS::Lambda::Url", 0);
    api.resourceCountIs("AWS::ApiGatewayV2::Api", 1);
    const url = templateOf({ entrances: { api: false } });
    url.resourceCountIs("AWS::Lambda::Url", 1);
    url.resourceCountIs("AWS::ApiGatewayV2::Api", 0);
  });

  it("have no throttle, unless a stage says so: then the API's, for all routes", () => {
    const stage = "AWS::ApiGatewayV2::Stage";
    templateOf({}).hasResourceProperties(stage, { DefaultRouteSettings: Match.absent() });
    const throttled = templateOf({ entrances: { throttle: { ratePerSecond: 50, burst: 200 } } });
    throttled.resourceCountIs(stage, 1);
    const DefaultRouteSettings = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 200 };
    throttled.hasResourceProperties(stage, { DefaultRouteSettings });
  });

  it("can have a domain of one's own, and then no other name", () => {
    const zone = { id: "Z123", name: "example.com" };
    const template = templateOf({ domain: { name: "hooks.example.com", certificateArn, hostedZone: zone } });
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { DisableExecuteApiEndpoint: true });
    template.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      DomainName: "hooks.example.com",
      DomainNameConfigurations: [Match.objectLike({ CertificateArn: certificateArn, EndpointType: "REGIONAL" })],
    });
    template.resourceCountIs("AWS::ApiGatewayV2::ApiMapping", 1);
    template.hasResourceProperties("AWS::Route53::RecordSet", { Name: "hooks.example.com.", HostedZoneId: "Z123" });
    template.hasOutput("ApiUrl", { Value: "https://hooks.example.com" });
    const elsewhere = templateOf({ domain: { name: "hooks.example.com", certificateArn } });
    elsewhere.resourceCountIs("AWS::Route53::RecordSet", 0);
    elsewhere.hasOutput("DomainTarget", {});
  });
});

describe("the verifier of a stage", () => {
  it("has nothing kept for it, nothing warm and no gradual deployment, unless a stage says so", () => {
    const template = templateOf({});
    template.hasResourceProperties("AWS::Lambda::Alias", { ProvisionedConcurrencyConfig: Match.absent() });
    template.allResourcesProperties("AWS::Lambda::Function", { ReservedConcurrentExecutions: Match.absent() });
    template.resourceCountIs("AWS::CodeDeploy::DeploymentGroup", 0);
  });

  it("has memory, concurrency and gradual deployment as the stage says, rolled back by an alarm", () => {
    const verifier = {
      memoryMegabytes: 1024,
      reservedConcurrency: 20,
      provisionedConcurrency: 2,
      gradualDeployment: true,
    };
    const template = templateOf({ verifier });
    template.hasResourceProperties("AWS::Lambda::Function", { MemorySize: 1024, ReservedConcurrentExecutions: 20 });
    template.hasResourceProperties("AWS::Lambda::Alias", {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
    template.hasResourceProperties("AWS::CodeDeploy::DeploymentGroup", {
      DeploymentConfigName: "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
      AlarmConfiguration: { Enabled: true, Alarms: [Match.anyValue()] },
      AutoRollbackConfiguration: { Enabled: true, Events: Match.arrayWith(["DEPLOYMENT_STOP_ON_ALARM"]) },
    });
  });
});
