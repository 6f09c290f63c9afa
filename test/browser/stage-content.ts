import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { archiveQueue, dlqName, queueName } from "../../infra/queue-names.ts";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { createSpill } from "../../lambdas/aws/s3/spill.ts";
import { toEnvelope, type WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { processingKey } from "../../lambdas/core/events/identity.ts";
import type { LocalSource } from "../../local/local-run.ts";
import { Bucket, type startArchive, TableName } from "../operate/events/archive-fixture.ts";

/** An event of a stage, and what became of it. */
export type Happened = {
  readonly event: WebhookEvent;
  /** Its records, by processor. */
  readonly records?: Readonly<Record<string, Readonly<Record<string, AttributeValue>>>>;
  /** The queue in whose DLQ its copy lies. */
  readonly dead?: string;
  /** The queue that did not take it. */
  readonly spilled?: string;
};

/** The content of a stage. */
export type Content = {
  /** The provider of each source. */
  readonly sources: Readonly<Record<string, string>>;
  /** The processors, `<source>/<type>`. */
  readonly processors: readonly string[];
  /** The source that has no secret yet. */
  readonly unset?: string;
  /** The processor that takes nothing from its queue. */
  readonly paused?: string;
  readonly happened: readonly Happened[];
};

type Filled = Awaited<ReturnType<typeof startArchive>>;

/** Creates a secret for each source, and for each processor its queue and its DLQ; gives the sources as a local run has them. */
export async function createSources(
  { sources, unset }: Content,
  events: readonly DeployedEvent[],
  { sqs, secrets }: { readonly sqs: SQSClient; readonly secrets: SecretsManagerClient },
): Promise<Readonly<Record<string, LocalSource>>> {
  const create = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  await create(queueName("dev", archiveQueue));
  const made: Record<string, LocalSource> = {};
  for (const [name, provider] of Object.entries(sources)) {
    const secret = `secret of ${name}`;
    const stored = name === unset ? {} : { SecretString: secret };
    await secrets.send(new CreateSecretCommand({ Name: `hookline/dev/${name}`, ...stored }));
    const queues: Record<string, LocalSource["queues"][string]> = {};
    for (const { type, queue } of events.filter(({ source }) => source === name)) {
      queues[type] = { queue: await create(queueName("dev", queue)), dlq: await create(dlqName("dev", queue)) };
    }
    made[name] = { provider, url: `http://127.0.0.1:1/${name}`, secret, queues };
  }
  return made;
}

/** Writes events to the archive, and puts their records and copies where they belong. */
export async function fill({ happened }: Content, archive: Filled, sqs: SQSClient): Promise<void> {
  await archive.write(happened.map(({ event }) => event));
  const spill = createSpill(Bucket, async () => archive.s3);
  const ex = { N: String(Math.floor(Date.now() / 1000) + 40 * 86_400) };
  for (const { event, records = {}, dead, spilled } of happened) {
    for (const [processor, fields] of Object.entries(records)) {
      const Item = { pk: { S: `ev#${processingKey(processor, event)}` }, ex, ...fields };
      await archive.dynamoDb.send(new PutItemCommand({ TableName, Item }));
    }
    if (spilled !== undefined) await spill.put(spilled, event);
    if (dead === undefined) continue;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: dlqName("dev", dead) }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: toEnvelope(event) }));
  }
}
