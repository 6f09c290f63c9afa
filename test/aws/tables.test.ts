import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "../../infra/local/dynamodb.ts";
import { clientOptions, type Endpoint } from "../../infra/local/endpoint.ts";
import { createDedupeTable } from "../../lambdas/aws/dedupe-table.ts";
import { createProcessingTable } from "../../lambdas/aws/processing-table.ts";
import type { DedupeStore, IngressRecord, ProcessingStore } from "../../lambdas/core/mod.ts";

const TableName = "hookline";
const hour = 3_600_000;
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

let endpoint: Endpoint;
let client: DynamoDBClient;
let dedupe: DedupeStore;
let processing: ProcessingStore;

before(async () => {
  endpoint = await startDynamoDb();
  client = new DynamoDBClient({ ...clientOptions(endpoint.url), maxAttempts: 1 });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.1 }, { TableName });
  dedupe = createDedupeTable(client, TableName);
  processing = createProcessingTable(client, TableName);
});

after(async () => {
  client.destroy();
  await endpoint.close();
});

async function item(pk: string) {
  return (await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))).Item;
}

describe("the dedupe table", () => {
  const record = (owner: string, more: Partial<IngressRecord> = {}): IngressRecord => ({
    ...{ state: "received", owner, bodyHash: "hash", at: now, expires: later(hour) },
    ...more,
  });

  it("lets one of 50 concurrent claims win, and tells the others who did", async () => {
    const owners = Array.from({ length: 50 }, (_, index) => `owner ${index}`);
    const claims = await Promise.all(owners.map((owner) => dedupe.claim("github#rivals", record(owner))));
    const winner = owners[claims.findIndex((claim) => claim.won)];
    assert.equal(claims.filter((claim) => claim.won).length, 1);
    for (const claim of claims) if (!claim.won) assert.deepEqual(claim.held, record(winner ?? ""));
  });

  it("counts a record as there until it has expired, whether TTL has deleted it or not", async () => {
    const key = "github#expiry";
    await dedupe.claim(key, record("first"));
    assert.equal((await dedupe.claim(key, record("second", { at: later(hour) }))).won, false);
    assert.equal((await dedupe.claim(key, record("second", { at: later(hour + 1000) }))).won, true);
    assert.equal((await dedupe.read(key))?.owner, "second");
  });

  it("marks the owner's record, and nothing of another owner", async () => {
    const key = "github#marks";
    await dedupe.claim(key, record("mine"));
    await dedupe.mark(key, "another", later(2 * hour));
    assert.deepEqual(await dedupe.read(key), record("mine"));
    await dedupe.mark(key, "mine", later(2 * hour));
    assert.deepEqual(await dedupe.read(key), record("mine", { state: "enqueued", expires: later(2 * hour) }));
  });

  it("marks an event whose claim never arrived", async () => {
    await dedupe.mark("github#absent", "mine", later(hour));
    const held = await dedupe.read("github#absent");
    assert.equal(held?.state, "enqueued");
    assert.equal(held?.bodyHash, "");
    const claim = await dedupe.claim("github#absent", record("next"));
    assert.equal(claim.won, false);
  });

  it("re-opens a record that is there under a fresh owner, for as long as it is told", async () => {
    const key = "github#reopened";
    await dedupe.claim(key, record("mine"));
    await dedupe.mark(key, "mine", later(hour));
    await dedupe.reopen(key, later(9 * hour));
    assert.equal((await dedupe.read(key))?.expires.getTime(), later(9 * hour).getTime());
    await dedupe.mark(key, "mine", later(hour));
    const held = await dedupe.read(key);
    assert.equal(held?.state, "received");
    assert.notEqual(held?.owner, "mine");
    assert.equal(held?.at.getTime(), 0);
    assert.equal(held?.expires.getTime(), later(9 * hour).getTime());
  });

  it("re-opens a record whose time has passed anew, so that TTL does not leave its place to a late mark", async () => {
    const key = "github#expired";
    await dedupe.claim(key, { ...record("mine"), expires: later(-hour) });
    await dedupe.reopen(key, later(hour));
    assert.equal((await dedupe.read(key))?.expires.getTime(), later(hour).getTime());
  });

  it("re-opens what has no record yet, so that the mark of a delivery whose claim failed cannot close it", async () => {
    const key = "github#never-claimed";
    await dedupe.reopen(key, later(hour));
    await dedupe.mark(key, "mine", later(hour));
    const held = await dedupe.read(key);
    assert.equal(held?.state, "received");
    assert.equal(held?.at.getTime(), 0);
    assert.equal(held?.expires.getTime(), later(hour).getTime());
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
    await assert.rejects(nowhere.mark("github#x", "mine", now));
    await assert.rejects(nowhere.reopen("github#x", later(hour)));
  });
});

describe("the processing table", () => {
  const claim = (key: string, owner: string, messageId = "message-1", at = now) =>
    processing.claim(key, {
      owner,
      messageId,
      now: at,
      leaseUntil: new Date(at.getTime() + 60_000),
      expires: later(hour),
    });
  const end = (key: string, owner: string, state: "done" | "failed" | "dead", messageId = "message-1") =>
    processing.end(key, owner, { state, messageId, reason: `reason of ${owner}`, expires: later(hour) });

  it("lets one of 50 concurrent claims win, and tells the others of its lease", async () => {
    const claims = await Promise.all(Array.from({ length: 50 }, (_, index) => claim("p#rivals", `owner ${index}`)));
    assert.equal(claims.filter((one) => one.won).length, 1);
    const lost = { won: false, state: "processing", leaseUntil: later(60_000) };
    for (const one of claims) assert.deepEqual(one, one.won ? { won: true, attempt: 1, cut: false } : lost);
  });

  it("gives an event away when its lease has ended, not before, and counts the attempts", async () => {
    const key = "p#lease";
    await claim(key, "first");
    assert.equal((await claim(key, "second", "message-1", later(60_000))).won, false);
    assert.deepEqual(await claim(key, "second", "message-1", later(60_001)), { won: true, attempt: 2, cut: true });
  });

  it("recognises the owner's own claim, whose answer was lost", async () => {
    await claim("p#own", "mine");
    assert.deepEqual(await claim("p#own", "mine"), { won: true, attempt: 2, cut: false });
  });

  it("reads what a record says, and nothing where there is none", async () => {
    const key = "p#read";
    assert.equal(await processing.read(key), undefined);
    await claim(key, "first");
    assert.deepEqual(await processing.read(key), { state: "processing", leaseUntil: later(60_000), attempts: 1 });
    let owner = "first";
    for (const state of ["failed", "dead", "done"] as const) {
      await end(key, owner, state);
      assert.equal((await processing.read(key))?.state, state);
      owner = `after ${state}`;
      await claim(key, owner, `message after ${state}`);
    }
    assert.equal((await processing.read(key))?.attempts, 3);
  });

  it("fences: a run that lost its lease cannot end the run of the next", async () => {
    const key = "p#fence";
    await claim(key, "slow");
    await claim(key, "next", "message-2", later(60_001));
    assert.equal(await end(key, "slow", "done"), false);
    assert.equal(await end(key, "next", "failed"), true);
    assert.equal(await end(key, "next", "done"), false, "an ended run cannot end again");
    assert.equal((await item(`ev#${key}`))?.le?.S, "reason of next");
  });

  it("gives away what failed, and never what is done until it expires", async () => {
    const key = "p#done";
    await claim(key, "first");
    await end(key, "first", "failed");
    assert.deepEqual(await claim(key, "second"), { won: true, attempt: 2, cut: false });
    await end(key, "second", "done");
    const next = await claim(key, "third", "message-2", later(hour));
    assert.equal(next.won === false && next.state, "done");
    assert.equal((await claim(key, "third", "message-2", later(hour + 1000))).won, true);
  });

  it("burns two copies of what is dead without one waking the other", async () => {
    const key = "p#dead";
    for (const messageId of ["message-1", "message-2"]) {
      assert.equal((await claim(key, `owner of ${messageId}`, messageId)).won, true);
      assert.equal(await end(key, `owner of ${messageId}`, "dead", messageId), true);
    }
    for (const messageId of ["message-1", "message-2", "message-1"]) {
      const burned = await claim(key, "again", messageId);
      assert.equal(burned.won === false && burned.state, "dead");
    }
    assert.deepEqual(await claim(key, "redriven", "message-3"), { won: true, attempt: 3, cut: false });
  });
});
