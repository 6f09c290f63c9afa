import { CfnOutput, Stack } from "aws-cdk-lib";
import {
  ApiMapping,
  CfnRoute,
  DomainName,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  type IHttpApi,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { type Alias, CfnPermission, FunctionUrlAuthType, type IFunction } from "aws-cdk-lib/aws-lambda";
import { ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import type { Construct } from "constructs";
import type { StageConfig } from "./config.ts";

/** Opens the doors of a stage, both in front of the alias `live`. The id of the HTTP API, where it is open. */
export function openDoors(scope: Construct, live: Alias, stage: string, config: StageConfig): string | undefined {
  const { doors = {}, domain } = config;
  const stack = Stack.of(scope);
  if (doors.functionUrl !== false) {
    const url = live.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    const description = "Give this to providers, with the source's name behind it";
    new CfnOutput(stack, "FunctionUrl", { value: url.url, description });
  }
  if (doors.api === false) return undefined;
  // With a domain of its own the API has one name only, so that what stands in front of it cannot be gone around.
  const own = domain === undefined ? {} : { disableExecuteApiEndpoint: true };
  const api = new HttpApi(scope, "Api", { apiName: `hookline-${stage}`, ...own });
  const routes = api.addRoutes({
    path: "/{source}",
    methods: [HttpMethod.ANY],
    integration: new HttpLambdaIntegration("Verifier", live as IFunction),
  });
  for (const route of routes) openOnceAllowed(route);
  const value = domain === undefined ? api.apiEndpoint : `https://${domain.name}`;
  new CfnOutput(stack, "ApiUrl", { value, description: "The HTTP API in front of the same verifier" });
  if (domain !== undefined) nameApi(scope, api, domain);
  return api.apiId;
}

function nameApi(scope: Construct, api: HttpApi, domain: NonNullable<StageConfig["domain"]>): void {
  const { name, certificateArn, hostedZone } = domain;
  const certificate = Certificate.fromCertificateArn(scope, "Certificate", certificateArn);
  const domainName = new DomainName(scope, "Domain", { domainName: name, certificate });
  new ApiMapping(scope, "Mapping", { api: api as IHttpApi, domainName });
  const target = domainName.regionalDomainName;
  new CfnOutput(Stack.of(scope), "DomainTarget", { value: target, description: `Where ${name} points to` });
  if (hostedZone === undefined) return;
  const zone = HostedZone.fromHostedZoneAttributes(scope, "Zone", {
    hostedZoneId: hostedZone.id,
    zoneName: hostedZone.name,
  });
  const alias = new ApiGatewayv2DomainProperties(target, domainName.regionalHostedZoneId);
  new ARecord(scope, "Name", { zone, recordName: name, target: RecordTarget.fromAlias(alias) });
}

/** A route that may not invoke the alias yet is answered 500: CDK says no order, since it makes both at once. */
function openOnceAllowed(route: HttpRoute): void {
  const permission = route.node.findAll().find((child) => child instanceof CfnPermission);
  if (permission !== undefined && route.node.defaultChild instanceof CfnRoute) {
    route.node.defaultChild.addResourceDependency(permission);
  }
}
