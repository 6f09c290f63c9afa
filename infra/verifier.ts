import { Aws, CfnOutput, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnRoute, HttpApi, HttpMethod, type HttpRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  Alias,
  CfnPermission,
  FunctionUrlAuthType,
  type IFunction,
  type IVersion,
  type Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { names } from "../lambdas/aws/env.ts";
import type { StageConfig } from "./config.ts";
import { queueName } from "./event-pipeline.ts";
import { createFunction, logGroupName, recordsStatement } from "./functions.ts";

export type VerifierProps = {
  readonly stage: string;
  readonly config: StageConfig;
  readonly sources: readonly string[];
  /** The sources among them whose providers hand over a secret in a handshake. */
  readonly keepers: readonly string[];
  readonly bundle: string;
  readonly table: Table;
  readonly bucket: Bucket;
};

/** The verifier, its two doors, and a secret per source. Both doors lead to the alias `live`. */
export class Verifier extends Construct {
  /** A new version goes live only once what it depends on is there. */
  readonly live: Alias;
  readonly function: LambdaFunction;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: VerifierProps) {
    super(scope, id);
    const { stage, config, table, bucket } = props;
    const secretPrefix = `hookline/${stage}/`;
    const secrets = new Map(
      props.sources.map((source) => {
        // The L2 construct would generate a value, and "no secret set" would never be noticed.
        const secret = new CfnSecret(this, `Secret-${source}`, {
          name: `${secretPrefix}${source}`,
          description: `Hookline ${stage}: what the provider of /${source} signs with`,
        });
        secret.applyRemovalPolicy(config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
        return [source, secret] as const;
      }),
    );
    const secretStatement = (action: string, sources: readonly string[]) => {
      const resources = sources.flatMap((source) => secrets.get(source)?.ref ?? []);
      return resources.length === 0 ? [] : [new PolicyStatement({ actions: [`secretsmanager:${action}`], resources })];
    };
    const queueArns = Stack.of(this).formatArn({ service: "sqs", resource: queueName(stage, "*") });

    const verifier = createFunction(this, {
      bundle: props.bundle,
      timeoutSeconds: 15,
      memoryMegabytes: 512,
      logGroupName: logGroupName(stage, "verifier"),
      logDays: config.logDays,
      traced: config.tracing !== false,
      environment: {
        [names.stage]: stage,
        [names.table]: table.tableName,
        [names.queueUrlPrefix]: Fn.join("", [
          "https://sqs.",
          Aws.REGION,
          ".",
          Aws.URL_SUFFIX,
          "/",
          Aws.ACCOUNT_ID,
          "/",
          queueName(stage, ""),
        ]),
        [names.secretPrefix]: secretPrefix,
        [names.bucket]: bucket.bucketName,
        ...(config.registeredUrls === undefined
          ? {}
          : { [names.registeredUrls]: JSON.stringify(config.registeredUrls) }),
      },
      statements: [
        recordsStatement(table.tableArn, ["GetItem", "PutItem", "UpdateItem"], ["in#*"]),
        new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queueArns] }),
        new PolicyStatement({ actions: ["s3:PutObject"], resources: [bucket.arnForObjects("claims/*")] }),
        ...secretStatement("GetSecretValue", props.sources),
        ...secretStatement("PutSecretValue", props.keepers),
      ],
    });
    // The casts: CDK's own classes do not fit its interfaces under exactOptionalPropertyTypes.
    this.live = new Alias(this, "Live", { aliasName: "live", version: verifier.currentVersion as IVersion });

    this.function = verifier;

    const url = this.live.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    const api = new HttpApi(this, "Api", { apiName: `hookline-${stage}` });
    this.api = api;
    const routes = api.addRoutes({
      path: "/{source}",
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration("Verifier", this.live as IFunction),
    });
    for (const route of routes) openOnceAllowed(route);
    new CfnOutput(Stack.of(this), "FunctionUrl", {
      value: url.url,
      description: "Give this to providers, with the source's name behind it",
    });
    new CfnOutput(Stack.of(this), "ApiUrl", {
      value: api.apiEndpoint,
      description: "The HTTP API in front of the same verifier",
    });
  }
}

/** A route that may not invoke the alias yet is answered 500: CDK says no order, since it makes both at once. */
function openOnceAllowed(route: HttpRoute): void {
  const permission = route.node.findAll().find((child) => child instanceof CfnPermission);
  if (permission !== undefined && route.node.defaultChild instanceof CfnRoute) {
    route.node.defaultChild.addResourceDependency(permission);
  }
}
