import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { DedupeStore, IngressRecord } from "../../core/ingress/dedupe-store.ts";
import { type CallOptions, createCalls } from "../calls.ts";
import { isConditionFailure, seconds } from "./records.ts";

type Item = Record<string, AttributeValue>;

/**
 * Ingress records in DynamoDB, one item of under 1 KB each: `pk` = `in#<ingress key>`, `st` = `r` or `e`, `ow`, `bh`,
 * `at` and `sa` (ms), `ex` (seconds, the TTL attribute). A claim costs one write unit, a mark another.
 *
 * @example
 * ```ts
 * import { createDedupeTable } from "@hookline/hookline/aws";
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 *
 * export const dedupe = createDedupeTable(new DynamoDBClient({ region: "us-east-1", maxAttempts: 1 }), "acme-webhooks");
 * ```
 */
export function createDedupeTable(client: DynamoDBClient, table: string, options: CallOptions = {}): DedupeStore {
  const callWithin = createCalls(options);
  const pk = (key: string) => ({ pk: { S: `in#${key}` } });
  const store: DedupeStore = {
    async claim(key, mine, signal) {
      try {
        await callWithin(
          { tries: 2, milliseconds: 400, signal },
          (abortSignal) =>
            client.send(
              new PutItemCommand({
                TableName: table,
                Item: {
                  ...pk(key),
                  st: { S: mine.state === "enqueued" ? "e" : "r" },
                  ow: { S: mine.owner },
                  bh: { S: mine.bodyHash },
                  at: { N: String(mine.at.getTime()) },
                  ex: { N: seconds(mine.expires) },
                },
                // TTL deletes within days, not at once: an expired record must not count.
                ConditionExpression: "attribute_not_exists(pk) OR ex < :now",
                ExpressionAttributeValues: { ":now": { N: seconds(mine.at) } },
                ReturnValuesOnConditionCheckFailure: "ALL_OLD",
              }),
              { abortSignal },
            ),
          isConditionFailure,
        );
        return { won: true };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const held = error.Item === undefined ? await store.read(key, signal) : recordOf(error.Item);
        if (held === undefined) throw new Error("The ingress record was refused and is not there", { cause: error });
        return { won: false, held };
      }
    },
    async read(key, signal) {
      const { Item } = await callWithin({ tries: 1, milliseconds: 400, signal }, (abortSignal) =>
        client.send(new GetItemCommand({ TableName: table, Key: pk(key), ConsistentRead: true }), { abortSignal }),
      );
      return Item === undefined ? undefined : recordOf(Item);
    },
    async mark(key, { owner, expires, sent }, signal) {
      await ignoringCondition(
        callWithin({ tries: 1, milliseconds: 300, signal }, (abortSignal) =>
          client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: pk(key),
              UpdateExpression: "SET st = :e, ex = :ex, ow = :ow, sa = :sa",
              ConditionExpression: "attribute_not_exists(pk) OR ow = :ow",
              ExpressionAttributeValues: {
                ":e": { S: "e" },
                ":ex": { N: seconds(expires) },
                ":ow": { S: owner },
                ":sa": { N: String(sent.getTime()) },
              },
            }),
            { abortSignal },
          ),
        ),
      );
    },
    async reopen(key, expires) {
      await callWithin({ tries: 1, milliseconds: 1000 }, (abortSignal) =>
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: pk(key),
            // A fresh owner, so that a mark still on its way cannot undo it.
            UpdateExpression: "SET st = :r, ow = :fresh, ex = :ex",
            ExpressionAttributeValues: {
              ":r": { S: "r" },
              ":fresh": { S: crypto.randomUUID() },
              ":ex": { N: seconds(expires) },
            },
          }),
          { abortSignal },
        ),
      );
    },
  };
  return store;
}

function recordOf(item: Item): IngressRecord {
  return {
    state: item.st?.S === "e" ? "enqueued" : "received",
    owner: item.ow?.S ?? "",
    bodyHash: item.bh?.S ?? "",
    at: new Date(Number(item.at?.N ?? 0)),
    expires: new Date(Number(item.ex?.N ?? 0) * 1000),
  };
}

async function ignoringCondition(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
