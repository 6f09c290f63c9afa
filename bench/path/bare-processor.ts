import process from "node:process";
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";

// The same two writes around a run that does nothing: a claim and an end.

const dynamoDb = new DynamoDBClient({});
const { HOOKLINE_TABLE: TableName = "" } = process.env;

export async function handler({ Records }: SQSEvent): Promise<{ readonly batchItemFailures: readonly [] }> {
  await Promise.all(
    Records.map(async ({ body, messageId }) => {
      const event: { readonly source: string; readonly id: string; readonly data_base64: string } = JSON.parse(body);
      JSON.parse(Buffer.from(event.data_base64, "base64").toString("utf8"));
      const Key = { pk: { S: `ev#github/push#${event.id}` } };
      const [me, now] = [crypto.randomUUID(), Date.now()];
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET st = :proc, ow = :me, lu = :until, ex = :ex ADD n :one",
          ConditionExpression: "attribute_not_exists(pk) OR st = :failed OR (st = :proc AND lu < :now)",
          ExpressionAttributeValues: {
            ":proc": { S: "proc" },
            ":failed": { S: "failed" },
            ":me": { S: me },
            ":now": { N: `${now}` },
            ":until": { N: `${now + 60_000}` },
            ":ex": { N: `${Math.floor(now / 1000) + 86_400}` },
            ":one": { N: "1" },
          },
          ReturnValues: "ALL_OLD",
        }),
      );
      console.log(JSON.stringify({ text: "done", id: event.id, messageId }));
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET st = :done",
          ConditionExpression: "ow = :me",
          ExpressionAttributeValues: { ":done": { S: "done" }, ":me": { S: me } },
        }),
      );
    }),
  );
  return { batchItemFailures: [] };
}
