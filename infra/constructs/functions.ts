import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import {
  PolicyDocument,
  type PolicyStatement,
  Role,
  ServicePrincipal,
  PolicyStatement as Statement,
} from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  ApplicationLogLevel,
  CfnFunction,
  Code,
  type ILayerVersion,
  Architecture as LambdaArchitecture,
  Function as LambdaFunction,
  LayerVersion,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { names } from "../../lambdas/aws/env.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { checkUnpackedSize, denoPackages, prepareDenoLayer } from "../build/deno-runtime.ts";
import type { StageConfig } from "../stage-config.ts";

/** Where in a network of one's own functions run. */
export type Network = {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
};

/** The runtime of functions: Lambda's own Node, or the layer with Deno. */
type FunctionRuntime = {
  readonly architecture: LambdaArchitecture;
  /** Variables that it reads itself. */
  readonly variables: Readonly<Record<string, string>>;
  readonly deno?: { readonly layer: ILayerVersion; readonly folder: string };
};

/** The runtime of a stage; for Deno it fetches its binary. @throws {TypeError} When that cannot be had. */
export function createRuntime(
  scope: Construct,
  config: StageConfig,
  { sourceMaps = false }: { readonly sourceMaps?: boolean },
): FunctionRuntime {
  const { runtime, architecture = "arm64" } = config;
  const lambdaArchitecture = architecture === "arm64" ? LambdaArchitecture.ARM_64 : LambdaArchitecture.X86_64;
  // Deno reads source maps by itself.
  const variables = sourceMaps && runtime !== "deno" ? { NODE_OPTIONS: "--enable-source-maps" } : {};
  if (runtime !== "deno") return { architecture: lambdaArchitecture, variables };
  const folder = prepareDenoLayer(architecture);
  const layer = new LayerVersion(scope, "Deno", {
    code: Code.fromAsset(folder),
    description: `Deno ${denoPackages[architecture].version}`,
    compatibleArchitectures: [lambdaArchitecture],
    compatibleRuntimes: [Runtime.PROVIDED_AL2023],
  });
  return { architecture: lambdaArchitecture, variables, deno: { layer: layer as ILayerVersion, folder } };
}

/** The options of every function of a stage. */
export type StageParts = {
  readonly stage: string;
  readonly config: StageConfig;
  readonly table: ITable;
  readonly bucket: Bucket;
  readonly encryptionKey?: IKey;
  readonly runtime: FunctionRuntime;
  readonly network?: Network;
};

/** The common parts of verifier and processors: runtime, architecture, logs, and a role with one policy. */
export function createFunction(
  scope: Construct,
  props: {
    readonly bundle: string;
    readonly runtime: FunctionRuntime;
    readonly timeoutSeconds: number;
    readonly memoryMegabytes: number;
    readonly environment: Readonly<Record<string, string>>;
    /** See {@linkcode logGroupName}. */
    readonly logGroupName: string;
    readonly logDays: number;
    /** X-Ray traces of a sample of its invocations. */
    readonly traced: boolean;
    /** The share of traces whose details it logs. */
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
  const { architecture, deno } = props.runtime;
  if (deno !== undefined) checkUnpackedSize(props.bundle, deno.folder);
  const lambda = new LambdaFunction(scope, "Function", {
    runtime: deno === undefined ? Runtime.NODEJS_24_X : Runtime.PROVIDED_AL2023,
    ...(deno === undefined ? {} : { layers: [deno.layer] }),
    architecture,
    code: Code.fromAsset(props.bundle),
    handler: "index.handler",
    timeout: Duration.seconds(props.timeoutSeconds),
    memorySize: props.memoryMegabytes,
    ...defined({ reservedConcurrentExecutions: props.reservedConcurrency }),
    environment: {
      ...props.environment,
      ...props.runtime.variables,
      ...(props.debugShare === 0 ? {} : { [names.debugShare]: String(props.debugShare) }),
    },
    logGroup,
    // At WARN, Lambda's own lines are those of runs that failed or timed out; the time of a start is our field `init`. Our details are
    // chosen by ourselves, so every level of ours passes:
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    loggingFormat: LoggingFormat.JSON,
    systemLogLevelV2: SystemLogLevel.WARN,
    applicationLogLevelV2: ApplicationLogLevel.TRACE,
    // A version that the next one replaces stays for a rollback; `deploy` removes all but the last five. One of a deployment that
    // fails goes with it.
    currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    role,
    ...(props.network === undefined ? {} : networkOf(props.network)),
  });
  // Not by `tracing`, which would also add a policy resource.
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
  return { vpc, securityGroups: [...securityGroups], ...defined({ vpcSubnets }) };
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
