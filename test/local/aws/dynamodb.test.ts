import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "../../../local/aws/dynamodb.ts";
import { clientFor, type Endpoint } from "../../../local/aws/endpoint.ts";
import { dynamoDbContract } from "../../contract/dynamodb.ts";
import { recordsTable } from "../../records-table.ts";

const url = process.env.HOOKLINE_CONTRACT_DYNAMODB_ENDPOINT;
dynamoDbContract(url ?? "embedded", async () => (url ? { url, close: async () => {} } : await startDynamoDb()));

const TableName = "events";

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function createTable(client: DynamoDBClient): Promise<void> {
  await client.send(new CreateTableCommand(recordsTable(TableName)));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.02, maxDelay: 0.1 }, { TableName });
}

async function expireBy(client: DynamoDBClient, AttributeName: string): Promise<void> {
  const TimeToLiveSpecification = { AttributeName, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

async function put(client: DynamoDBClient, pk: string, expiresAt: number): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, expiresAt: { N: `${expiresAt}` } } }));
}

async function has(client: DynamoDBClient, pk: string): Promise<boolean> {
  return (await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).Item !== undefined;
}

async function timeToLiveStatus(client: DynamoDBClient): Promise<string | undefined> {
  return (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription?.TimeToLiveStatus;
}

describe("embedded DynamoDB in memory", () => {
  let endpoint: Endpoint;
  let client: DynamoDBClient;
  before(async () => {
    endpoint = await startDynamoDb();
    client = new DynamoDBClient(clientFor(endpoint.url));
    await createTable(client);
  });
  after(async () => {
    client.destroy();
    await endpoint.close();
  });

  it("deletes expired items, and no others", async () => {
    await expireBy(client, "expiresAt");
    await put(client, "expired", nowSeconds() - 1);
    await put(client, "alive", nowSeconds() + 3600);
    await put(client, "in milliseconds", Date.now());
    await put(client, "six years ago", nowSeconds() - 6 * 365 * 24 * 3600);
    const deadline = Date.now() + 60_000;
    while ((await has(client, "expired")) && Date.now() < deadline) await delay(50);
    assert.equal(await has(client, "expired"), false);
    for (const kept of ["alive", "in milliseconds", "six years ago"]) assert.equal(await has(client, kept), true, kept);
  });

  it("forgets the settings of a deleted table when a new one takes its name", async () => {
    await client.send(new DeleteTableCommand({ TableName }));
    await waitUntilTableNotExists({ client, maxWaitTime: 60, minDelay: 0.02, maxDelay: 0.1 }, { TableName });
    await createTable(client);
    assert.equal(await timeToLiveStatus(client), "DISABLED");
  });

  it("can be stopped for a while, and returns with its items on the same port", async () => {
    const first = await startDynamoDb();
    const itsClient = new DynamoDBClient(clientFor(first.url));
    await createTable(itsClient);
    await expireBy(itsClient, "expiresAt");
    await put(itsClient, "kept", nowSeconds() + 3600);
    const comeBack = await first.away();
    // A connection that was open is told so once.
    await assert.rejects(has(itsClient, "kept"), { code: /^ECONN(RESET|REFUSED)$/ });
    await assert.rejects(has(itsClient, "kept"), { code: "ECONNREFUSED" });
    // Long enough for a sweep, which must not fail meanwhile.
    await delay(1200);
    await comeBack();
    assert.equal(await has(itsClient, "kept"), true);
    itsClient.destroy();
    await first.close();
  });

  it("listens on 127.0.0.1 alone, and frees its port", async () => {
    assert.match(endpoint.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const first = await startDynamoDb();
    const port = Number(new URL(first.url).port);
    await assert.rejects(startDynamoDb({ port }), { code: "EADDRINUSE" });
    await first.close();
    const second = await startDynamoDb({ port });
    assert.equal(second.url, first.url);
    await second.close();
  });
});

describe("embedded DynamoDB on disk", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "hookline-dynamodb-"));
  });
  after(() => rm(directory, { recursive: true }));

  async function run(use: (client: DynamoDBClient) => Promise<void>): Promise<void> {
    const endpoint = await startDynamoDb({ directory });
    const client = new DynamoDBClient(clientFor(endpoint.url));
    try {
      await use(client);
    } finally {
      client.destroy();
      await endpoint.close();
    }
  }

  it("keeps items and time to live over a restart", async () => {
    await run(async (client) => {
      await createTable(client);
      await expireBy(client, "expiresAt");
      await put(client, "kept", nowSeconds() + 3600);
    });
    await run(async (client) => {
      assert.equal(await has(client, "kept"), true);
      assert.equal(await timeToLiveStatus(client), "ENABLED");
    });
  });

  it("refuses a directory that is in use, even by a start at the same moment", async () => {
    const starts = await Promise.allSettled([startDynamoDb({ directory }), startDynamoDb({ directory })]);
    const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
    for (const endpoint of started) await endpoint.close();
    const refused = starts.flatMap((start) => (start.status === "rejected" ? [String(start.reason)] : []));
    assert.deepEqual([started.length, refused.length], [1, 1]);
    assert.match(refused[0] ?? "", /Cannot start DynamoDB: .* another process/);
    await run(async (client) => {
      await assert.rejects(startDynamoDb({ directory }), /Cannot start DynamoDB/);
      assert.equal(await has(client, "kept"), true);
    });
  });
});
