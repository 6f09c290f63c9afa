import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { createDedupeTable } from "../../lambdas/aws/dynamodb/dedupe-table.ts";
import { createProcessingTable } from "../../lambdas/aws/dynamodb/processing-table.ts";
import type { DedupeStore, IngressRecord, ProcessingStore } from "../../lambdas/core/mod.ts";
import { startDynamoDb } from "../../local/aws/dynamodb.ts";
import { clientFor, type Endpoint } from "../../local/aws/endpoint.ts";
import { storesContract } from "../contract/stores.ts";
import { recordsTable } from "../records-table.ts";

const TableName = "hookline";
/** Limits that no busy machine comes near to. */
const unhurried = { timeScale: 100 } as const;
const hour = 3_600_000;
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

let endpoint: Endpoint;
let client: DynamoDBClient;
let dedupe: DedupeStore;
let processing: ProcessingStore;

before(async () => {
  endpoint = await startDynamoDb();
  client = new DynamoDBClient({ ...clientFor(endpoint.url), maxAttempts: 1 });
  await client.send(new CreateTableCommand(recordsTable(TableName)));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.02, maxDelay: 0.1 }, { TableName });
  dedupe = createDedupeTable(client, TableName, unhurried);
  processing = createProcessingTable(client, TableName, unhurried);
});

after(async () => {
  client.destroy();
  await endpoint.close();
});

async function item(pk: string) {
  return (await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).Item;
}

storesContract("DynamoDB", () => ({ dedupe, processing }));

describe("the dedupe table", () => {
  const record = (owner: string, more: Partial<IngressRecord> = {}): IngressRecord => ({
    ...{ state: "received", owner, bodyHash: "hash", at: now, expires: later(hour) },
    ...more,
  });

  it("keeps its records apart from those of processing, in one item of the documented form", async () => {
    await dedupe.claim("github#form", record("mine"));
    assert.deepEqual(await item("in#github#form"), {
      ...{ pk: { S: "in#github#form" }, st: { S: "r" }, ow: { S: "mine" }, bh: { S: "hash" } },
      ...{ at: { N: `${now.getTime()}` }, ex: { N: `${later(hour).getTime() / 1000}` } },
    });
  });

  it("rejects when the table cannot be reached, within its own time", async () => {
    const nowhere = createDedupeTable(client, "no-such-table");
    await assert.rejects(nowhere.claim("github#x", record("mine")));
    await assert.rejects(nowhere.read("github#x"));
    await assert.rejects(nowhere.mark("github#x", { owner: "mine", expires: now, sent: new Date() }));
    await assert.rejects(nowhere.reopen("github#x", later(hour)));
  });
});

describe("the processing table", () => {
  it("keeps each record in one item of the documented form, with the reason of the last run", async () => {
    const key = "p#form";
    const claim = (owner: string, messageId: string) =>
      processing.claim(key, { owner, messageId, now, leaseUntil: later(60_000), expires: later(hour) });
    await claim("first", "message-1");
    await processing.end(key, "first", {
      ...{ state: "dead", messageId: "message-1", reason: "no such order", expires: later(hour) },
    });
    const burning = {
      ...{ pk: { S: `ev#${key}` }, st: { S: "dead" }, ow: { S: "first" }, n: { N: "1" }, dm: { SS: ["message-1"] } },
      ...{ lu: { N: `${later(60_000).getTime()}` }, ex: { N: `${later(hour).getTime() / 1000}` } },
      le: { S: "no such order" },
    };
    assert.deepEqual(await item(`ev#${key}`), burning);
    await claim("second", "message-2");
    const { le: _, ...rest } = burning;
    await processing.end(key, "second", { state: "done", messageId: "message-2", expires: later(hour) });
    assert.deepEqual(await item(`ev#${key}`), { ...rest, st: { S: "done" }, ow: { S: "second" }, n: { N: "2" } });
  });
});
