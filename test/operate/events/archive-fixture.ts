import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { SQSEvent } from "aws-lambda";
import { archiveLambda } from "../../../lambdas/archive.ts";
import { defined } from "../../../lambdas/core/bytes/defined.ts";
import { toEnvelope, type WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { startStandIns } from "../../../local/aws/stand-ins.ts";
import { recordsTable } from "../../records-table.ts";

export const TableName = "records";
export const Bucket = "archived";
const encoder = new TextEncoder();

/** An event of source `github`; its key is that of an id. */
export function pushed(id: string, received: string | number, given: Partial<WebhookEvent> = {}): WebhookEvent {
  return {
    ...{ id, type: "push", source: "github", key: `v1#id=${id}`, received: new Date(received), bodyCovered: true },
    ...{ queues: ["github-push"], body: encoder.encode(JSON.stringify({ id, secret: `secret of ${id}` })) },
    ...given,
  };
}

/** S3 and DynamoDB of this machine, with a bucket, a table, and the archive's function over them. */
export async function startArchive() {
  const standIns = await startStandIns();
  const client = <Made>(service: "s3" | "dynamodb", Client: new (settings: object) => Made) =>
    new Client(clientFor(standIns.endpoints[service], standIns.accessKeyId));
  const s3 = client("s3", S3Client);
  const dynamoDb = client("dynamodb", DynamoDBClient);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await dynamoDb.send(new CreateTableCommand(recordsTable(TableName)));
  const put = async (Key: string, Body: Uint8Array | string) =>
    void (await s3.send(new PutObjectCommand({ Bucket, Key, Body })));
  const archive = archiveLambda({ put, log: () => {} });
  return {
    standIns,
    s3,
    dynamoDb,
    put,
    /** Archives events as one batch of the queue. */
    async write(
      events: readonly WebhookEvent[],
      envelopes = events.map((event) => toEnvelope(event)),
      AWSTraceHeader?: string,
    ) {
      const Records = envelopes.map((body, index) => {
        const attributes = { SentTimestamp: String(Date.now()), ...defined({ AWSTraceHeader }) };
        return { messageId: `m${index}`, body, attributes } as SQSEvent["Records"][number];
      });
      const { batchItemFailures } = await archive({ Records });
      if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} events were not archived`);
    },
    async close() {
      s3.destroy();
      dynamoDb.destroy();
      await standIns.close();
    },
  };
}
