import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import {
  PolicyDocument,
  type PolicyStatement,
  Role,
  ServicePrincipal,
  PolicyStatement as Statement,
} from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { names } from "../lambdas/aws/env.ts";

/** By name, so that queries and people find it: of the verifier, or of a queue behind its stage's prefix. */
export const logGroupName = (stage: string, of: string): string => `/hookline/${stage}/${of}`;

/** Where in a network of one's own functions run. */
export type Network = {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
};

/** What verifier and processors have in common: runtime, architecture, logs, and a role with one policy. */
export function createFunction(
  scope: Construct,
  props: {
    readonly bundle: string;
    readonly timeoutSeconds: number;
    readonly memoryMegabytes: number;
    readonly environment: Readonly<Record<string, string>>;
    /** See {@linkcode logGroupName}. */
    readonly logGroupName: string;
    readonly logDays: number;
    /** X-Ray traces of a sample of its invocations. */
    readonly traced: boolean;
    /** Of which share of traces it logs details. */
    readonly debugShare: number;
    readonly reservedConcurrency?: number;
    readonly network?: Network | undefined;
    readonly statements: readonly PolicyStatement[];
  },
): LambdaFunction {
  const logGroup = new LogGroup(scope, "Logs", {
    logGroupName: props.logGroupName,
    retention: props.logDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const logs = new Statement({
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [logGroup.logGroupArn],
  });
  // X-Ray knows no resources: it takes "*" alone.
  const traces = props.traced
    ? [new Statement({ actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] })]
    : [];
  // Lambda makes and removes the network interfaces by the function's role; they have no name before.
  const interfaces = props.network
    ? [new Statement({ actions: interfaceActions.map((action) => `ec2:${action}`), resources: ["*"] })]
    : [];
  // One inline policy: a policy resource of its own per function would count against the stack's 500.
  const role = new Role(scope, "Role", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    inlinePolicies: {
      Hookline: new PolicyDocument({ statements: [logs, ...traces, ...interfaces, ...props.statements] }),
    },
  });
  const lambda = new LambdaFunction(scope, "Function", {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(props.bundle),
    handler: "index.handler",
    timeout: Duration.seconds(props.timeoutSeconds),
    memorySize: props.memoryMegabytes,
    ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
    environment: {
      ...props.environment,
      ...(props.debugShare === 0 ? {} : { [names.debugShare]: String(props.debugShare) }),
    },
    logGroup,
    loggingFormat: LoggingFormat.TEXT,
    role,
    ...(props.network === undefined ? {} : networkOf(props.network)),
  });
  // Not by `tracing`, which would add a policy resource besides.
  if (lambda.node.defaultChild instanceof CfnFunction) {
    lambda.node.defaultChild.tracingConfig = { mode: props.traced ? "Active" : "PassThrough" };
  }
  return lambda;
}

const interfaceActions = [
  "AssignPrivateIpAddresses",
  "CreateNetworkInterface",
  "DeleteNetworkInterface",
  "DescribeNetworkInterfaces",
  "DescribeSubnets",
  "UnassignPrivateIpAddresses",
];

function networkOf({ vpc, vpcSubnets, securityGroups }: Network) {
  return { vpc, securityGroups: [...securityGroups], ...(vpcSubnets === undefined ? {} : { vpcSubnets }) };
}

/** Access to the records of the table whose keys begin so, and to no others. */
export function recordsStatement(
  tableArn: string,
  actions: readonly string[],
  keys: readonly string[],
): PolicyStatement {
  return new Statement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableArn],
    conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } },
  });
}
