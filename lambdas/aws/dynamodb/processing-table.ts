import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { defined } from "../../core/bytes/defined.ts";
import type { FailedRun, ProcessingStore } from "../../core/processing/processing-store.ts";
import { type CallOptions, createCalls } from "../calls.ts";
import { isConditionFailure, seconds } from "./records.ts";

type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Processing records in DynamoDB, one item each: `pk` = `ev#<processing key>` (docs/keys.md), `st` = `proc`, `failed`, `dead` or `done`, `ow`, `lu`
 * (lease until, ms), `at` (when the copy's delivery was received, ms), `n` (attempts), `le` (why the last run that ended did not
 * succeed), `nx` (when it is retried, ms; 0: it is not), `as` (the failed runs, `t` and `r` each), `dm` (ids of the copies
 * being burned), `ex` (seconds). A claim costs one write unit, an end another.
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
                UpdateExpression: "SET st = :proc, ow = :me, lu = :until, ex = :ex, #at = :at REMOVE le, nx ADD n :one",
                ExpressionAttributeNames: { "#at": "at" },
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
                  ":at": { N: String(mine.received.getTime()) },
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
        const attempt = Number(Attributes?.n?.N ?? 0) + 1;
        return { won: true, attempt, cut, ...defined({ failures: failuresOf(Attributes ?? {}) }) };
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
    async end(key, owner, { state, messageId, reason, retryAt, failures, expires }) {
      const sets: Item = defined({
        st: { S: state === "processing" ? "proc" : state },
        ex: { N: seconds(expires) },
        le: reason === undefined ? undefined : { S: reason },
        nx: retryAt === undefined ? undefined : { N: String(retryAt.getTime()) },
        as: failures === undefined ? undefined : { L: fitting(failures, `${key}${reason ?? ""}`) },
      });
      const names = Object.keys(sets);
      try {
        await callWithin({ tries: 1, milliseconds: 1000 }, (abortSignal) =>
          client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: pk(key),
              UpdateExpression:
                `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}` +
                (state === "dead" ? " ADD dm :copies" : ""),
              ConditionExpression: "ow = :me AND st = :proc",
              ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
              ExpressionAttributeValues: {
                ...Object.fromEntries(Object.entries(sets).map(([name, value]) => [`:${name}`, value])),
                ":me": { S: owner },
                ":proc": { S: "proc" },
                ...(state === "dead" ? { ":copies": { SS: [messageId] } } : {}),
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

/** The bytes of a record without its key, its reason and its failed runs, where three copies at most are being burned. */
const restBytes = 240;

/** The first failed runs, as many as leave the record in one write unit, which is a kilobyte. */
function fitting(failures: readonly FailedRun[], keyAndReason: string): AttributeValue[] {
  let left = 1024 - restBytes - bytesOf(keyAndReason);
  const kept: AttributeValue[] = [];
  for (const { at, reason } of failures) {
    left -= 24 + bytesOf(reason);
    if (left < 0) break;
    kept.push({ M: { t: { N: String(at.getTime()) }, r: { S: reason } } });
  }
  return kept;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function failuresOf({ as }: Item): readonly FailedRun[] | undefined {
  return as?.L?.map(({ M }) => ({ at: new Date(Number(M?.t?.N)), reason: M?.r?.S ?? "" }));
}

const states = { proc: "processing", failed: "failed", dead: "dead", done: "done" } as const;

function recordOf(item: Item) {
  return {
    state: states[(item.st?.S ?? "proc") as keyof typeof states],
    leaseUntil: new Date(Number(item.lu?.N ?? 0)),
    attempts: Number(item.n?.N ?? 0),
    expires: new Date(Number(item.ex?.N ?? 0) * 1000),
  };
}
