import process from "node:process";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Processor, processor } from "@hookline/hookline";

type Issues = { readonly action: string; readonly issue: { readonly number: number; readonly title: string } };

/** Keeps the titles of issues. Writing the same twice is harmless, so a second run is, too. */
const issues: Processor<Issues> = processor<Issues, DynamoDBClient>(
  { impact: "The list of issues is out of date" },
  {
    setup: async () => new DynamoDBClient(),
    run: async ({ payload, signal }, client) => {
      const { number, title } = payload.issue;
      const Item = { id: { S: String(number) }, title: { S: title } };
      await client.send(new PutItemCommand({ TableName: process.env.ISSUES_TABLE, Item }), { abortSignal: signal });
    },
  },
);

export default issues;
