import {
  ApiMapping,
  CfnRoute,
  CfnStage,
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
import type { StageConfig } from "../stage-config.ts";

/** The entrances of a stage, as far as they are open. */
export type Entrances = {
  readonly functionUrl?: string;
  readonly apiUrl?: string;
  readonly apiId?: string;
  /** The target of the HTTP API's domain. */
  readonly domainTarget?: string;
};

/** Opens the entrances of a stage, both in front of the alias `live`. */
export function openEntrances(scope: Construct, live: Alias, stage: string, config: StageConfig): Entrances {
  const { entrances = {}, domain } = config;
  const functionUrl =
    entrances.functionUrl === false
      ? {}
      : { functionUrl: live.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url };
  if (entrances.api === false) return functionUrl;
  // With a domain of its own the API has only that name, so that a firewall in front of it cannot be bypassed.
  const own = domain === undefined ? {} : { disableExecuteApiEndpoint: true };
  const api = new HttpApi(scope, "Api", { apiName: `hookline-${stage}`, ...own });
  const routes = api.addRoutes({
    path: "/{source}",
    methods: [HttpMethod.ANY],
    integration: new HttpLambdaIntegration("Verifier", live as IFunction),
  });
  for (const route of routes) openOnceAllowed(route);
  if (entrances.throttle !== undefined) throttle(api, entrances.throttle);
  const { apiId } = api;
  if (domain === undefined) return { ...functionUrl, apiUrl: api.apiEndpoint, apiId };
  return { ...functionUrl, apiUrl: `https://${domain.name}`, apiId, domainTarget: nameApi(scope, api, domain) };
}

function nameApi(scope: Construct, api: HttpApi, domain: NonNullable<StageConfig["domain"]>): string {
  const { name, certificateArn, hostedZone } = domain;
  const certificate = Certificate.fromCertificateArn(scope, "Certificate", certificateArn);
  const domainName = new DomainName(scope, "Domain", { domainName: name, certificate });
  new ApiMapping(scope, "Mapping", { api: api as IHttpApi, domainName });
  const target = domainName.regionalDomainName;
  if (hostedZone === undefined) return target;
  const zone = HostedZone.fromHostedZoneAttributes(scope, "Zone", {
    hostedZoneId: hostedZone.id,
    zoneName: hostedZone.name,
  });
  const alias = new ApiGatewayv2DomainProperties(target, domainName.regionalHostedZoneId);
  new ARecord(scope, "Name", { zone, recordName: name, target: RecordTarget.fromAlias(alias) });
  return target;
}

/**
 * For all routes of the API, as a target that AWS keeps to as well as it can.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
function throttle(
  api: HttpApi,
  { ratePerSecond, burst }: NonNullable<NonNullable<StageConfig["entrances"]>["throttle"]>,
) {
  const stage = api.defaultStage?.node.defaultChild;
  if (!(stage instanceof CfnStage)) throw new TypeError("Cannot throttle the HTTP API: it has no default stage");
  stage.defaultRouteSettings = { throttlingRateLimit: ratePerSecond, throttlingBurstLimit: burst };
}

/** A route that may not invoke the alias yet is answered 500: CDK says no order, since it makes both at once. */
function openOnceAllowed(route: HttpRoute): void {
  const permission = route.node.findAll().find((child) => child instanceof CfnPermission);
  if (permission !== undefined && route.node.defaultChild instanceof CfnRoute) {
    route.node.defaultChild.addResourceDependency(permission);
  }
}
