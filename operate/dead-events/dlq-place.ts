import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { dlqName, queueName } from "../../infra/queue-names.ts";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { createArchiveBucket } from "../events/archive-bucket.ts";
import { queueUrl } from "../stage/queue-url.ts";
import type { Stage } from "../stage/stage.ts";
import { countOf } from "./dead-letters.ts";

/** The queues of one processor, `<source>/<type>`, by URL. */
export type Pipeline = { readonly name: string; readonly queue: string; readonly dlq: string };

/** The place that dead events are looked for in. */
export type Place = {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly table: string;
  /** How long a poll of a DLQ waits. */
  readonly waitSeconds: number;
  /** A body that was too large for its queue; undefined where it is in the bucket no more. */
  body(deposit: string): Promise<Uint8Array | undefined>;
  /** Every processor's queues, or those of the one named. @throws {TypeError} Where the stage has none of this name. */
  pipelines(name?: string): Promise<readonly Pipeline[]>;
};

/** Opens the queues and the table of a stage. */
export function openPlace({ name: stage, clients, table, bucket, events, run }: Stage): Place {
  const sqs = clients.of("sqs", SQSClient);
  return {
    sqs,
    dynamoDb: clients.of("dynamodb", DynamoDBClient),
    table,
    waitSeconds: run === undefined ? 1 : 0,
    body: async (deposit) => {
      if (bucket === "") throw new TypeError(`Cannot read ${deposit}: stage ${stage} tells no bucket; deploy it again`);
      return await createArchiveBucket(clients.of("s3", S3Client), bucket)
        .body(deposit)
        .catch((error: Error) => {
          if (error.name === "NoSuchKey") return undefined;
          throw error;
        });
    },
    pipelines: async (name) => {
      const wanted = name === undefined ? events : [findEvent(events, name)];
      return await Promise.all(wanted.map((event) => pipelineOf(sqs, stage, event)));
    },
  };
}

/** How many dead events each processor has: nothing is received. */
export async function deadCounts(
  sqs: SQSClient,
  pipelines: readonly Pipeline[],
): Promise<readonly { readonly name: string; readonly count: number }[]> {
  return await Promise.all(pipelines.map(async ({ name, dlq }) => ({ name, count: await countOf(sqs, dlq) })));
}

/** The event type of a processor's name. @throws {TypeError} Where the stage has none. */
export function findEvent(events: readonly DeployedEvent[], name: string): DeployedEvent {
  const found = events.find((event) => event.name === name);
  if (found !== undefined) return found;
  const names = events.map((event) => event.name);
  const meant = didYouMean(name, names);
  const known = names.length === 0 ? "none" : names.join(", ");
  throw new TypeError(`Cannot find ${name}: no event file of the stage has this name; there is ${known}${meant}`);
}

async function pipelineOf(sqs: SQSClient, stage: string, { name, queue }: DeployedEvent): Promise<Pipeline> {
  const urlOf = async (QueueName: string) => {
    const url = await queueUrl(sqs, QueueName);
    if (url !== undefined) return url;
    throw new TypeError(`Cannot look at ${name}: queue ${QueueName} is not there; deploy the stage first`);
  };
  return { name, queue: await urlOf(queueName(stage, queue)), dlq: await urlOf(dlqName(stage, queue)) };
}
