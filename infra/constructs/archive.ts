import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { names } from "../../lambdas/aws/env.ts";
import { logGroupName } from "../log-queries.ts";
import { archiveQueue, queueName } from "../queue-names.ts";
import type { StageConfig } from "../stage-config.ts";
import { keyStatements, queueEncryption } from "./encryption.ts";
import { createFunction, type StageParts } from "./functions.ts";

/** How long the archive of a stage keeps an event where the stage does not say it. */
export const defaultArchiveDays = 14;

/** How long the archive of a stage keeps an event. Undefined: there is none. */
export function archiveDays({
  archive = { days: defaultArchiveDays },
}: Pick<StageConfig, "archive">): number | undefined {
  return archive === false ? undefined : archive.days;
}

const timeoutSeconds = 60;
/** An object for each minute of events: more of them cost more than all the rest (docs/cost.md). */
const windowSeconds = 60;

type ArchiveProps = StageParts & { readonly bundle: string };

/**
 * The archive of a stage: one queue for the events of all sources, and a function that writes them into the bucket. It has no
 * DLQ: nothing that is wrong with an event keeps it from being written, and a DLQ would keep it no longer than the queue does.
 */
export class Archive extends Construct {
  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id);
    const { stage, config, table, bucket, encryptionKey: key } = props;
    const queue = new Queue(this, "Queue", {
      queueName: queueName(stage, archiveQueue),
      ...queueEncryption(key),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Lambda asks for six timeouts and the window.
      visibilityTimeout: Duration.seconds(6 * timeoutSeconds + windowSeconds),
      removalPolicy: config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const archive = createFunction(this, {
      bundle: props.bundle,
      timeoutSeconds,
      memoryMegabytes: 512,
      environment: { [names.stage]: stage, [names.bucket]: bucket.bucketName },
      logGroupName: logGroupName(stage, archiveQueue),
      logDays: config.logDays,
      traced: config.tracing === true,
      debugShare: 0,
      network: props.network,
      runtime: props.runtime,
      statements: [
        new PolicyStatement({
          actions: ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) => `sqs:${action}`),
          resources: [queue.queueArn],
        }),
        new PolicyStatement({ actions: ["s3:PutObject"], resources: [bucket.arnForObjects("archive/*")] }),
        ...keyStatements(this, { key, table }, ["sqs", "s3"]),
      ],
    });
    new EventSourceMapping(this, "Mapping", {
      target: archive,
      eventSourceArn: queue.queueArn,
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(windowSeconds),
      // Fewer pollers share the events out among fewer objects.
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }
}
