import { CfnOutput, Duration, Fn, type NestedStack, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnQueue, Queue, QueuePolicy } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { names } from "../../lambdas/aws/env.ts";
import { functionTimeoutSeconds, visibilityTimeoutSeconds } from "../../lambdas/core/processing/processor-options.ts";
import type { EventFile } from "../build/event-files.ts";
import { logGroupName } from "../log-queries.ts";
import { dlqName, queueName } from "../queue-names.ts";
import type { AlarmsOf } from "./alarms/alarm.ts";
import { createEventAlarms } from "./alarms/event-alarms.ts";
import { queuePage } from "./dashboard/console.ts";
import { keyStatements, queueEncryption } from "./encryption.ts";
import { createFunction, recordsStatement, type StageParts } from "./functions.ts";
import { grantStatements } from "./grants.ts";

type EventPipelineProps = StageParts & {
  readonly event: EventFile;
  readonly bundle: string;
  readonly alarms: AlarmsOf;
};

/** Everything for one event type: queue, DLQ, processor, mapping, alarms. */
export class EventPipeline extends Construct {
  readonly processor: LambdaFunction;
  readonly queue: Queue;
  readonly dlq: Queue;

  constructor(scope: Construct, id: string, props: EventPipelineProps) {
    super(scope, id);
    const { event, stage, config, table, bucket, encryptionKey: key } = props;
    const { options } = event;
    const encryption = queueEncryption(key);
    // Not only "except on create": an update that fails after the alias has moved would delete a new queue with its events (DECISIONS 75).
    const kept = { removalPolicy: config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN };

    const dlq = new Queue(this, "Dlq", {
      queueName: dlqName(stage, event.queue),
      ...encryption,
      retentionPeriod: Duration.days(14),
      ...kept,
    });
    const queue = new Queue(this, "Queue", {
      queueName: queueName(stage, event.queue),
      ...encryption,
      retentionPeriod: Duration.days(7),
      visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds(options)),
      deadLetterQueue: { queue: dlq, maxReceiveCount: options.retry.attempts },
      ...kept,
    });
    // By a formatted ARN: a reference would be a cycle, since the queue already names its DLQ.
    const queueArn = Stack.of(this).formatArn({ service: "sqs", resource: queueName(stage, event.queue) });
    if (dlq.node.defaultChild instanceof CfnQueue) {
      dlq.node.defaultChild.redriveAllowPolicy = { redrivePermission: "byQueue", sourceQueueArns: [queueArn] };
    }
    const processor = createFunction(this, {
      bundle: props.bundle,
      timeoutSeconds: functionTimeoutSeconds(options),
      memoryMegabytes: options.memoryMegabytes,
      environment: {
        ...options.environment,
        [names.stage]: stage,
        [names.table]: table.tableName,
        [names.bucket]: bucket.bucketName,
      },
      logGroupName: logGroupName(stage, event.queue),
      logDays: config.logDays,
      traced: config.tracing === true,
      debugShare: config.debugShare ?? 0,
      network: props.network,
      runtime: props.runtime,
      statements: [
        new PolicyStatement({
          actions: ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"].map(
            (a) => `sqs:${a}`,
          ),
          resources: [queue.queueArn],
        }),
        new PolicyStatement({
          actions: ["s3:GetObject"],
          resources: [bucket.arnForObjects(`claims/${event.source}/*`)],
        }),
        recordsStatement(table.tableArn, ["GetItem", "UpdateItem"], [`ev#${event.name}#*`, `in#${event.source}#*`]),
        ...keyStatements(this, { key, table }, ["sqs", "dynamodb", "s3"]),
        ...grantStatements(options.grants),
      ],
    });
    new EventSourceMapping(this, "Mapping", {
      target: processor,
      eventSourceArn: queue.queueArn,
      batchSize: options.batchSize,
      reportBatchItemFailures: true,
      ...(options.maxConcurrency === false ? {} : { maxConcurrency: options.maxConcurrency }),
    });
    new CfnOutput(this, "DlqPage", {
      value: Fn.sub(queuePage(dlqName(stage, event.queue), Stack.of(this).region)),
      description: `The DLQ of ${event.name} in the console: Start DLQ redrive`,
    });
    createEventAlarms(this, {
      ...props.alarms,
      ...{ subject: event.queue, impact: options.impact },
      queueName: queue.queueName,
      dlqName: dlq.queueName,
    });
    this.processor = processor;
    this.queue = queue;
    this.dlq = dlq;
  }
}

/** One policy for the queues and DLQs of a nested stack, since a stage has 2 500 resources: no request without TLS. */
export function requireTls(nested: NestedStack): void {
  const pipelines = nested.node.children.filter((child) => child instanceof EventPipeline);
  const policy = new QueuePolicy(nested, "Policy", { queues: pipelines.flatMap(({ queue, dlq }) => [queue, dlq]) });
  policy.document.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["sqs:*"],
      // SQS takes one resource a statement; "*" in a queue's own policy is that queue.
      resources: ["*"],
      conditions: { Bool: { "aws:SecureTransport": "false" } },
    }),
  );
}
