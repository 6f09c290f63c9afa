import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from "@aws-sdk/client-sqs";
import { type EventFile, readEventFiles } from "../../infra/build/event-files.ts";
import { dlqName, queueName } from "../../infra/queue-names.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { readLocalRun, runFolder } from "../../local/local-run.ts";
import { stageRegion } from "../stage-region.ts";

/** The queues of one processor, `<source>/<type>`, by URL. */
export type Pipeline = { readonly name: string; readonly queue: string; readonly dlq: string };

/** Where dead events are looked for: the local run, or a stage on AWS. */
export type Place = {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly table: string;
  /** How long a poll of a DLQ waits. */
  readonly waitSeconds: number;
  /** Every processor's queues, or those of the one named. */
  pipelines(name?: string): Promise<readonly Pipeline[]>;
  close(): void;
};

/**
 * @param given `stage` with its `table`: on AWS, by the SDK's usual credentials. Else the local run in `folder`.
 * @throws {TypeError} When there is no local run, or a stage comes without its table.
 */
export function openPlace(given: {
  readonly stage?: string | undefined;
  readonly table?: string | undefined;
  readonly folder?: string;
}): Place {
  const { stage, table } = given;
  if (stage === undefined) return openLocal(given.folder ?? runFolder);
  if (table === undefined) {
    throw new TypeError(
      `Cannot look at stage ${stage}: give --table, the name of its table (CloudFormation console → Hookline-${stage} → Resources → Table)`,
    );
  }
  const sqs = new SQSClient(stageRegion(stage));
  const dynamoDb = new DynamoDBClient(stageRegion(stage));
  return {
    sqs,
    dynamoDb,
    table,
    waitSeconds: 1,
    async pipelines(name) {
      const events = pick(await readEventFiles(), name);
      return await Promise.all(events.map((event) => onAws(sqs, stage, event)));
    },
    close: () => [sqs, dynamoDb].forEach((client) => void client.destroy()),
  };
}

function openLocal(folder: string): Place {
  const run = readLocalRun(folder);
  if (run === undefined) {
    throw new TypeError("Cannot look for dead events: no local run is on (npm start), and no --stage is given");
  }
  const sqs = new SQSClient({ ...clientFor(run.endpoints.sqs, run.accessKeyId), useQueueUrlAsEndpoint: false });
  const dynamoDb = new DynamoDBClient(clientFor(run.endpoints.dynamodb, run.accessKeyId));
  const all = Object.entries(run.sources).flatMap(([source, { queues }]) =>
    Object.entries(queues).map(([type, urls]) => ({ name: `${source}/${type}`, ...urls })),
  );
  return {
    sqs,
    dynamoDb,
    table: run.table,
    waitSeconds: 0,
    pipelines: async (name) => pick(all, name),
    close: () => [sqs, dynamoDb].forEach((client) => void client.destroy()),
  };
}

async function onAws(sqs: SQSClient, stage: string, { name, queue }: EventFile): Promise<Pipeline> {
  const urlOf = async (QueueName: string) => {
    try {
      return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";
    } catch (cause) {
      if (!(cause instanceof QueueDoesNotExist)) throw cause;
      throw new TypeError(`Cannot look at ${name}: queue ${QueueName} is not there; deploy the stage first`, { cause });
    }
  };
  return { name, queue: await urlOf(queueName(stage, queue)), dlq: await urlOf(dlqName(stage, queue)) };
}

function pick<Named extends { readonly name: string }>(all: readonly Named[], name: string | undefined) {
  if (name === undefined) return all;
  const found = all.filter((one) => one.name === name);
  if (found.length > 0) return found;
  const known = all.length === 0 ? "there is none" : `there is ${all.map((one) => one.name).join(", ")}`;
  throw new TypeError(`Cannot find ${name}: no event file has this name; ${known}`);
}
