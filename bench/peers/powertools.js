import { createHmac, timingSafeEqual } from "node:crypto";
import process from "node:process";
import { IdempotencyConfig } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { makeHandlerIdempotent } from "@aws-lambda-powertools/idempotency/middleware";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";

// The endpoint that Powertools' documentation leads to: Middy, verification first, idempotency by GitHub's id, a send.
// https://docs.aws.amazon.com/powertools/typescript/latest/features/idempotency/

const { HOOKLINE_TABLE: tableName = "", HOOKLINE_QUEUE_URL_PREFIX: prefix = "" } = process.env;
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const persistenceStore = new DynamoDBPersistenceLayer({ tableName });
const config = new IdempotencyConfig({ eventKeyJmesPath: 'headers."x-github-delivery"' });

const verification = {
  before({ event }) {
    const body = Buffer.from(event.body, "base64");
    const expected = Buffer.from(`sha256=${createHmac("sha256", "topsecret").update(body).digest("hex")}`);
    const sent = Buffer.from(event.headers["x-hub-signature-256"] ?? "");
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) return { statusCode: 401, body: "" };
  },
};

export const handler = middy(async ({ headers, body }) => {
  const id = headers["x-github-delivery"];
  const type = headers["x-github-event"];
  const MessageBody = JSON.stringify({ id, source: "github", type, data_base64: body });
  await sqs.send(
    new SendMessageBatchCommand({ QueueUrl: `${prefix}github-push`, Entries: [{ Id: "0", MessageBody }] }),
  );
  console.log(JSON.stringify({ text: "accepted", id, type }));
  return { statusCode: 200, body: '{"outcome":"accepted"}' };
})
  .use(verification)
  .use(makeHandlerIdempotent({ persistenceStore, config }));
