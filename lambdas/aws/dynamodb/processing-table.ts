import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { ProcessingStore } from "../../core/processing/processing-store.ts";
import { type CallOptions, createCalls } from "../calls.ts";
import { isConditionFailure, seconds } from "./records.ts";

/**
 * Processing records in DynamoDB, one item each: `pk` = `ev#<processing key>` (docs/keys.md), `st` = `proc`, `failed`, `dead` or `done`, `ow`, `lu`
 * (lease until, ms), `dm` (ids of the copies being burned), `n` (attempts), `le` (why the
 * last run that ended did not succeed), `ex` (seconds). A claim
 * costs one write unit, an end another.
 *
 * @example
 * ```ts
 * import { createProcessingTable } from "@hookline/hookline/aws";
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 *
 * export const store = createProcessingTable(new DynamoDBClient({ region: "us-east-1", maxAttempts: 1 }), "acme-webhooks");
 * ```
 */
export function createProcessingTable(
  client: DynamoDBClient,
  table: string,
  options: CallOptions = {},
): ProcessingStore {
  const callWithin = createCalls(options);
  const pk = (key: string) => ({ pk: { S: `ev#${key}` } });
  const store: ProcessingStore = {
    async claim(key, mine) {
      try {
        const { Attributes } = await callWithin(
          { tries: 2, milliseconds: 1000 },
          (abortSignal) =>
            client.send(
              new UpdateItemCommand({
                TableName: table,
                Key: pk(key),
                UpdateExpression: "SET st = :proc, ow = :me, lu = :until, ex = :ex REMOVE le ADD n :one",
                ConditionExpression:
                  "attribute_not_exists(pk) OR ex < :nowSeconds OR st = :failed" +
                  " OR (st = :proc AND (lu < :now OR ow = :me)) OR (st = :dead AND NOT contains(dm, :copy))",
                ExpressionAttributeValues: {
                  ":proc": { S: "proc" },
                  ":failed": { S: "failed" },
                  ":dead": { S: "dead" },
                  ":me": { S: mine.owner },
                  ":copy": { S: mine.messageId },
                  ":now": { N: String(mine.now.getTime()) },
                  ":nowSeconds": { N: seconds(mine.now) },
                  ":until": { N: String(mine.leaseUntil.getTime()) },
                  ":ex": { N: seconds(mine.expires) },
                  ":one": { N: "1" },
                },
                ReturnValues: "ALL_OLD",
                ReturnValuesOnConditionCheckFailure: "ALL_OLD",
              }),
              { abortSignal },
            ),
          isConditionFailure,
        );
        // A record of ours is an earlier try of this very call.
        const cut = Attributes?.st?.S === "proc" && Attributes.ow?.S !== mine.owner;
        return { won: true, attempt: Number(Attributes?.n?.N ?? 0) + 1, cut };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const held = error.Item === undefined ? await store.read(key) : recordOf(error.Item);
        if (held === undefined) throw new Error("The processing record was refused and is not there", { cause: error });
        const { state, leaseUntil } = held;
        return { won: false, state: state === "failed" ? "processing" : state, leaseUntil };
      }
    },
    async read(key) {
      const { Item } = await callWithin({ tries: 2, milliseconds: 1000 }, (abortSignal) =>
        client.send(new GetItemCommand({ TableName: table, Key: pk(key), ConsistentRead: true }), { abortSignal }),
      );
      return Item === undefined ? undefined : recordOf(Item);
    },
    async end(key, owner, as) {
      const sets = ["st = :state", "ex = :ex", ...(as.reason === undefined ? [] : ["le = :reason"])];
      try {
        await callWithin({ tries: 1, milliseconds: 1000 }, (abortSignal) =>
          client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: pk(key),
              UpdateExpression: `SET ${sets.join(", ")}${as.state === "dead" ? " ADD dm :copies" : ""}`,
              ConditionExpression: "ow = :me AND st = :proc",
              ExpressionAttributeValues: {
                ":state": { S: as.state === "processing" ? "proc" : as.state },
                ":ex": { N: seconds(as.expires) },
                ":me": { S: owner },
                ":proc": { S: "proc" },
                ...(as.reason === undefined ? {} : { ":reason": { S: as.reason } }),
                ...(as.state === "dead" ? { ":copies": { SS: [as.messageId] } } : {}),
              },
            }),
            { abortSignal },
          ),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
  return store;
}

const states = { proc: "processing", failed: "failed", dead: "dead", done: "done" } as const;

function recordOf(item: Record<string, AttributeValue>) {
  return {
    state: states[(item.st?.S ?? "proc") as keyof typeof states],
    leaseUntil: new Date(Number(item.lu?.N ?? 0)),
    attempts: Number(item.n?.N ?? 0),
    expires: new Date(Number(item.ex?.N ?? 0) * 1000),
  };
}
