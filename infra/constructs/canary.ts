import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { canaryQueue, canarySource } from "../../lambdas/aws/canary-source.ts";
import { names } from "../../lambdas/aws/env.ts";
import { logGroupName } from "../log-queries.ts";
import { queueName } from "../queue-names.ts";
import { keyStatements, queueEncryption } from "./encryption.ts";
import { createFunction, type StageParts } from "./functions.ts";
import { runEachFiveMinutes } from "./schedule.ts";

/**
 * The source that the stage posts to itself: its secret, which nobody needs to know, and its queue, which nobody reads. Both go with
 * the stack, since nothing in them is worth keeping.
 */
export class Canary extends Construct {
  readonly secret: CfnSecret;
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { stage, encryptionKey: key }: StageParts) {
    super(scope, id);
    this.secret = new CfnSecret(this, "Secret", {
      name: `hookline/${stage}/${canarySource}`,
      description: `Hookline ${stage}: the secret that the stage signs its own deliveries with`,
      // Of 64 letters and digits: base64 of 48 bytes, as its provider's secrets are.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      ...(key === undefined ? {} : { kmsKeyId: key.keyArn }),
    });
    this.secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.queue = new Queue(this, "Queue", {
      queueName: queueName(stage, canaryQueue),
      ...queueEncryption(key),
      enforceSSL: true,
      // The least that SQS takes: an event that is in the queue has done its work.
      retentionPeriod: Duration.minutes(1),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Posts to entrances each five minutes: one function, outside any VPC, as a provider is. */
  post(props: StageParts & { readonly bundle: string; readonly urls: readonly string[] }): LambdaFunction {
    const { stage, config, table, encryptionKey: key } = props;
    const canary = createFunction(this, {
      bundle: props.bundle,
      // Two posts to each of two entrances, and the wait for each.
      timeoutSeconds: 90,
      memoryMegabytes: 256,
      logGroupName: logGroupName(stage, canarySource),
      logDays: config.logDays,
      traced: false,
      debugShare: 0,
      runtime: props.runtime,
      environment: {
        [names.stage]: stage,
        [names.secretPrefix]: `hookline/${stage}/`,
        [names.entrances]: props.urls.join(" "),
      },
      statements: [
        new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [this.secret.ref] }),
        ...keyStatements(this, { key, table }, ["secretsmanager"]),
      ],
    });
    runEachFiveMinutes(this, canary);
    return canary;
  }
}
