import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttributeValue, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { toEnvelope, type WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { writeLocalRun } from "../../../local/local-run.ts";
import { openMappings } from "../../../local/mapping/mappings-endpoint.ts";
import { eraseCommand } from "../../../operate/cli/erase.ts";
import { listObjects } from "../../../operate/events/list-objects.ts";
import { findStage } from "../../../operate/stage/find-stage.ts";
import type { Stage } from "../../../operate/stage/stage.ts";
import { Bucket, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, localRun } from "../stage-fixture.ts";

/** A local run with everything that an erasure reaches: archive, spill, queues, DLQs and records. */
export async function startErasable() {
  const folder = mkdtempSync(join(tmpdir(), "hookline-erase-"));
  const archive = await startArchive();
  const { accessKeyId, endpoints } = archive.standIns;
  const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
  const mappings = await openMappings([], accessKeyId);
  const urlOf = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  const provided = (provider: string) => ({ provider, url: "http://127.0.0.1:1", secret: "s", queues: {} });
  writeLocalRun(
    localRun({
      ...{ accessKeyId, endpoints, lambda: mappings.url, table: TableName, bucket: Bucket },
      sources: { github: provided("github"), stripe: provided("stripe") },
      events: [deployed("github/push"), deployed("stripe/invoice.paid")],
    }),
    folder,
  );
  for (const queue of ["github-push", "stripe-invoice_paid"]) {
    await urlOf(`hookline-dev-${queue}`);
    await urlOf(`hookline-dlq-dev-${queue}`);
  }
  await urlOf("hookline-dev-archive");

  async function runGiven(given: Parameters<typeof eraseCommand>[2], ...args: readonly string[]) {
    const printed: string[] = [];
    const code = await eraseCommand(args, (line) => printed.push(line), { folder, ...given });
    return { code, printed: printed.join("\n") };
  }
  return {
    ...{ archive, sqs, folder, urlOf, runGiven },
    run: async (...args: readonly string[]) => await runGiven({}, ...args),
    sendTo: async (queue: string, event: WebhookEvent) =>
      void (await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(queue), MessageBody: toEnvelope(event) }))),
    /** The keys of the bucket that begin so. */
    async keys(prefix: string): Promise<readonly string[]> {
      const found: string[] = [];
      for await (const { key } of listObjects(archive.s3, Bucket, prefix)) found.push(key);
      return found;
    },
    async record(pk: string, fields: Record<string, AttributeValue>): Promise<void> {
      const ex = { N: String(Math.floor(Date.now() / 1000) + 3600) };
      await archive.dynamoDb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, ex, ...fields } }));
    },
    item: async (pk: string) =>
      (await archive.dynamoDb.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).Item,
    /** The stage, whose S3 client has this called before each call, by the name of its command and its key or prefix. */
    async stageWith(beforeCall: (command: string, key: string) => Promise<void>): Promise<Stage> {
      const stage = await findStage({}, { folder });
      return {
        ...stage,
        clients: {
          ...stage.clients,
          of(service, Client) {
            const client = stage.clients.of(service, Client);
            if (client instanceof S3Client) {
              client.middlewareStack.add(
                (next, context) => async (args) => {
                  const { Key, Prefix } = args.input as { readonly Key?: string; readonly Prefix?: string };
                  await beforeCall(context.commandName ?? "", Key ?? Prefix ?? "");
                  return await next(args);
                },
                { step: "initialize" },
              );
            }
            return client;
          },
        },
      };
    },
    async close(): Promise<void> {
      sqs.destroy();
      await mappings.close();
      await archive.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
