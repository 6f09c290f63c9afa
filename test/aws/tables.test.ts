import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { createDedupeTable } from "../../lambdas/aws/dynamodb/dedupe-table.ts";
import { createProcessingTable } from "../../lambdas/aws/dynamodb/processing-table.ts";
import type { DedupeStore, IngressRecord, ProcessingStore } from "../../lambdas/core/mod.ts";
import { startDynamoDb } from "../../local/aws/dynamodb.ts";
import { clientFor, type Endpoint } from "../../local/aws/endpoint.ts";
import { storesContract } from "../contract/stores.ts";
import { recordsTable } from "../records-table.ts";
import { randomOf, seed } from "../seed.ts";

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
  const claim = (key: string, owner: string, messageId = "message-1", received = now) =>
    processing.claim(key, { owner, messageId, received, now, leaseUntil: later(60_000), expires: later(hour) });

  it("keeps each record in one item of the documented form, with the failed runs and the reason of the last", async () => {
    const key = "p#form";
    const failures = [{ at: later(1), reason: "no such order" }];
    await claim(key, "first", "message-1", later(-5));
    await processing.end(key, "first", {
      ...{ state: "dead", messageId: "message-1", reason: "no such order\nat shop.ts:1:1", expires: later(hour) },
      ...{ retryAt: later(7), failures },
    });
    const burning = {
      ...{ pk: { S: `ev#${key}` }, st: { S: "dead" }, ow: { S: "first" }, n: { N: "1" }, dm: { SS: ["message-1"] } },
      ...{ lu: { N: `${later(60_000).getTime()}` }, ex: { N: `${later(hour).getTime() / 1000}` } },
      ...{ at: { N: `${later(-5).getTime()}` }, nx: { N: `${later(7).getTime()}` } },
      as: { L: [{ M: { t: { N: `${later(1).getTime()}` }, r: { S: "no such order" } } }] },
      le: { S: "no such order\nat shop.ts:1:1" },
    };
    assert.deepEqual(await item(`ev#${key}`), burning);
    assert.deepEqual(await claim(key, "second", "message-2"), { won: true, attempt: 2, cut: false, failures });
    const { le: _, nx: __, ...rest } = burning;
    await processing.end(key, "second", { state: "done", messageId: "message-2", expires: later(hour) });
    assert.deepEqual(await item(`ev#${key}`), {
      ...{ ...rest, st: { S: "done" }, ow: { S: "second" }, n: { N: "2" }, at: { N: `${now.getTime()}` } },
    });
  });

  it("keeps as many failed runs as leave a record in one write unit", async (test) => {
    test.diagnostic?.(`HOOKLINE_SEED=${seed}`);
    const random = randomOf(seed);
    const text = (most: number) => "x".repeat(random() * most) + "é".repeat((random() * most) / 8);
    let [kept, cut] = [0, 0];
    for (let event = 0; event < 10; event += 1) {
      const key = `p#many ${event} ${text(200)}`;
      for (let attempt = 1; attempt <= 14; attempt += 1) {
        // An owner and a copy are UUIDs. Three copies are burned.
        const [owner, messageId] = [crypto.randomUUID(), crypto.randomUUID()];
        const claimed = await claim(key, owner, messageId);
        const before = (claimed.won && claimed.failures) || [];
        const reason = text(event % 2 === 0 ? 30 : 400);
        const failures = [...before, { at: later(attempt), reason: reason.slice(0, 100) }];
        const state = attempt <= 3 ? "dead" : "failed";
        await processing.end(key, owner, {
          state,
          messageId,
          reason,
          retryAt: later(1),
          failures,
          expires: later(hour),
        });
        const held = await item(`ev#${key}`);
        const { ConsumedCapacity } = await client.send(
          new PutItemCommand({ TableName, Item: held, ReturnConsumedCapacity: "TOTAL" }),
        );
        assert.equal(ConsumedCapacity?.CapacityUnits, 1);
        const list = held?.as?.L?.map(({ M }) => M?.r?.S) ?? [];
        assert.deepEqual(
          list,
          failures.slice(0, list.length).map((one) => one.reason),
        );
        if (list.length === failures.length) kept += 1;
        else cut += 1;
      }
    }
    test.diagnostic?.(`kept whole ${kept} times, cut ${cut} times`);
    assert.ok(kept > 20 && cut > 20);
  });
});
