import { ArnFormat, Aws, Duration, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import { type IAlarm, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Alias, type IVersion, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { canaryQueue } from "../../lambdas/aws/canary-source.ts";
import { names } from "../../lambdas/aws/env.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { verifierSettings } from "../config-checks.ts";
import { logGroupName } from "../log-queries.ts";
import { archiveQueue, queueName } from "../queue-names.ts";
import { runbook } from "./alarms/kinds.ts";
import { archiveDays } from "./archive.ts";
import { keyStatements } from "./encryption.ts";
import { type Entrances, openEntrances } from "./entrances.ts";
import { createFunction, recordsStatement, type StageParts } from "./functions.ts";

type VerifierProps = StageParts & {
  readonly sources: readonly string[];
  /** The sources among them whose providers hand over a secret in a handshake. */
  readonly keepers: readonly string[];
  readonly bundle: string;
};

/** The verifier, its two entrances, and a secret per source. Both entrances lead to the alias `live`. */
export class Verifier extends Construct {
  /** A new version goes live only once what it depends on is there. */
  readonly live: Alias;
  readonly function: LambdaFunction;
  readonly entrances: Entrances;

  constructor(scope: Construct, id: string, props: VerifierProps) {
    super(scope, id);
    const { stage, config, table, bucket, encryptionKey: key } = props;
    const options = config.verifier ?? {};
    const secretPrefix = `hookline/${stage}/`;
    const secrets = new Map(
      props.sources.map((source) => {
        // The L2 construct would generate a value, and "no secret set" would never be noticed.
        const secret = new CfnSecret(this, `Secret-${source}`, {
          name: `${secretPrefix}${source}`,
          description: `Hookline ${stage}: the signing secret of the source ${source}`,
          ...(key === undefined ? {} : { kmsKeyId: key.keyArn }),
        });
        // Its name would stand in the way of the next deployment, were it kept when this one fails: DECISIONS 75.
        secret.applyRemovalPolicy(config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
        return [source, secret] as const;
      }),
    );
    // By prefix, as the queues: by name, a hundred secrets fill IAM's 10 240 characters of a role. No stage's name has a "-" or
    // "/", and API keys are `hookline-api/…`, so that it reaches no secret of another stage and no key: DECISIONS 70.
    const secretArns = Stack.of(this).formatArn({
      service: "secretsmanager",
      resource: "secret",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      resourceName: `${secretPrefix}*`,
    });
    // By name: it may overwrite no secret but the one that a provider hands over.
    const kept = props.keepers.flatMap((source) => secrets.get(source)?.ref ?? []);
    const queueArns = Stack.of(this).formatArn({ service: "sqs", resource: queueName(stage, "*") });

    const verifier = createFunction(this, {
      bundle: props.bundle,
      timeoutSeconds: 15,
      memoryMegabytes: options.memoryMegabytes ?? 512,
      ...defined({ reservedConcurrency: options.reservedConcurrency }),
      logGroupName: logGroupName(stage, "verifier"),
      logDays: config.logDays,
      traced: config.tracing === true,
      debugShare: config.debugShare ?? 0,
      network: props.network,
      runtime: props.runtime,
      environment: {
        [names.stage]: stage,
        [names.table]: table.tableName,
        [names.queueUrlPrefix]: queueUrlPrefix(stage),
        [names.secretPrefix]: secretPrefix,
        [names.bucket]: bucket.bucketName,
        ...(archiveDays(config) === undefined ? {} : { [names.archive]: archiveQueue }),
        ...(config.canary === false ? {} : { [names.canary]: canaryQueue }),
        ...(config.sources === undefined ? {} : { [names.sources]: JSON.stringify(verifierSettings(config.sources)) }),
      },
      statements: [
        recordsStatement(table.tableArn, ["GetItem", "PutItem", "UpdateItem"], ["in#*"]),
        new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queueArns] }),
        new PolicyStatement({
          actions: ["s3:PutObject"],
          resources: ["claims/*", "spill/*"].map((keys) => bucket.arnForObjects(keys)),
        }),
        new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secretArns] }),
        ...(kept.length === 0
          ? []
          : [new PolicyStatement({ actions: ["secretsmanager:PutSecretValue"], resources: kept })]),
        ...keyStatements(this, { key, table }, ["sqs", "dynamodb", "s3", "secretsmanager"]),
      ],
    });
    // The casts: CDK's own classes do not fit its interfaces under exactOptionalPropertyTypes.
    this.function = verifier;
    this.live = new Alias(this, "Live", {
      aliasName: "live",
      version: verifier.currentVersion as IVersion,
      ...(options.provisionedConcurrency === undefined
        ? {}
        : { provisionedConcurrentExecutions: options.provisionedConcurrency }),
    });
    // Its role names no secret, so that nothing else has a new version wait for the secret of a new source.
    this.live.node.addDependency(...secrets.values());
    if (options.gradualDeployment) shiftGradually(this, this.live);
    this.entrances = openEntrances(this, this.live, stage, config);
  }
}

/** A queue's URL is this and the part of its name after the stage's prefix. */
export function queueUrlPrefix(stage: string): string {
  return Fn.join("", ["https://sqs.", Aws.REGION, ".", Aws.URL_SUFFIX, "/", Aws.ACCOUNT_ID, "/", queueName(stage, "")]);
}

/** A new version gets 10 % of the traffic more each minute, and none once it has failed. */
function shiftGradually(scope: Construct, live: Alias): void {
  const failing = live.metricErrors({ period: Duration.minutes(1), statistic: "sum" }).createAlarm(scope, "Failing", {
    alarmDescription: `The verifier fails, and a deployment that is under way is rolled back: see ${runbook}#verifier-faults`,
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  new LambdaDeploymentGroup(scope, "Deployment", {
    alias: live,
    deploymentConfig: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
    alarms: [failing as IAlarm],
  });
}
