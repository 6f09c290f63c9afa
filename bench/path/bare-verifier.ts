import { createHmac, timingSafeEqual } from "node:crypto";
import process from "node:process";
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { HttpEvent } from "../../lambdas/aws/http/http-event.ts";

// What a good endpoint without Hookline does at least: the signature over the raw bytes, a conditional write, a send, a mark, a
// line in the log. Its clients are as the SDK makes them.

const dynamoDb = new DynamoDBClient({});
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const {
  HOOKLINE_TABLE: TableName = "",
  HOOKLINE_QUEUE_URL_PREFIX: prefix = "",
  HOOKLINE_ARCHIVE: archive,
} = process.env;

export async function handler(event: HttpEvent): Promise<{ readonly statusCode: number; readonly body: string }> {
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const expected = Buffer.from(`sha256=${createHmac("sha256", "topsecret").update(body).digest("hex")}`);
  const sent = Buffer.from(event.headers?.["x-hub-signature-256"] ?? "");
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) return { statusCode: 401, body: "" };
  const id = event.headers?.["x-github-delivery"] ?? "";
  const type = event.headers?.["x-github-event"] ?? "";
  const seconds = Math.floor(Date.now() / 1000);
  const pk = { S: `in#github#${id}` };
  await dynamoDb.send(
    new PutItemCommand({
      TableName,
      Item: { pk, st: { S: "r" }, ow: { S: crypto.randomUUID() }, ex: { N: String(seconds + 86_400) } },
      ConditionExpression: "attribute_not_exists(pk) OR ex < :now",
      ExpressionAttributeValues: { ":now": { N: String(seconds) } },
    }),
  );
  const MessageBody = JSON.stringify({ id, source: "github", type, data_base64: body.toString("base64") });
  const Entries = [{ Id: "0", MessageBody }];
  const queues = ["github-push", ...(archive === undefined ? [] : [archive])];
  await Promise.all(
    queues.map((queue) => sqs.send(new SendMessageBatchCommand({ QueueUrl: `${prefix}${queue}`, Entries }))),
  );
  await dynamoDb.send(
    new UpdateItemCommand({
      TableName,
      Key: { pk },
      UpdateExpression: "SET st = :e",
      ExpressionAttributeValues: { ":e": { S: "e" } },
    }),
  );
  console.log(JSON.stringify({ text: "accepted", id, type }));
  return { statusCode: 200, body: '{"outcome":"accepted"}' };
}
