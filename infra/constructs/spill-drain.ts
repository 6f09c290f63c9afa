import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { names } from "../../lambdas/aws/env.ts";
import { logGroupName } from "../log-queries.ts";
import { queueName } from "../queue-names.ts";
import { keyStatements } from "./encryption.ts";
import { createFunction, type StageParts } from "./functions.ts";
import { runEachFiveMinutes } from "./schedule.ts";
import { queueUrlPrefix } from "./verifier.ts";

type SpillDrainProps = StageParts & { readonly bundle: string };

/** Brings spilled events to their queues: one function, every five minutes. */
export class SpillDrain extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: SpillDrainProps) {
    super(scope, id);
    const { stage, config, table, bucket, encryptionKey: key } = props;
    const inSpill = (actions: readonly string[]) =>
      new PolicyStatement({
        actions: actions.map((action) => `s3:${action}`),
        resources: [bucket.arnForObjects("spill/*")],
      });
    this.function = createFunction(this, {
      bundle: props.bundle,
      // Less than the schedule's rate, so that two drains never meet.
      timeoutSeconds: 240,
      memoryMegabytes: 512,
      logGroupName: logGroupName(stage, "sweeper"),
      logDays: config.logDays,
      traced: config.tracing === true,
      debugShare: 0,
      network: props.network,
      runtime: props.runtime,
      environment: {
        [names.stage]: stage,
        [names.queueUrlPrefix]: queueUrlPrefix(stage),
        [names.bucket]: bucket.bucketName,
      },
      statements: [
        new PolicyStatement({
          actions: ["s3:ListBucket"],
          resources: [bucket.bucketArn],
          conditions: { StringLike: { "s3:prefix": "spill/*" } },
        }),
        inSpill(["GetObject", "DeleteObject"]),
        new PolicyStatement({ actions: ["s3:PutObject"], resources: [bucket.arnForObjects("claims/*")] }),
        new PolicyStatement({
          actions: ["sqs:SendMessage"],
          resources: [Stack.of(this).formatArn({ service: "sqs", resource: queueName(stage, "*") })],
        }),
        ...keyStatements(this, { key, table }, ["sqs", "s3"]),
      ],
    });
    runEachFiveMinutes(this, this.function);
  }
}
