import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, it } from "node:test";
import { type AttributeValue, CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type GetQueueUrlCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { type StandIns, startStandIns } from "../../../local/aws/stand-ins.ts";
import { writeLocalRun } from "../../../local/local-run.ts";
import { dlq } from "../../../operate/cli/dlq.ts";
import { reasonOf } from "../../../operate/dead-events/dead-event.ts";
import { withDeadEvents } from "../../../operate/dead-events/dead-events.ts";
import { countOf, withDeadLetters } from "../../../operate/dead-events/dead-letters.ts";
import { moveAll } from "../../../operate/dead-events/move-task.ts";
import { redriveFound } from "../../../operate/dead-events/redrive.ts";
import { createPace } from "../../../operate/pace.ts";
import { createFakeClient } from "../../aws/fake-client.ts";
import { recordsTable } from "../../records-table.ts";
import { deployed, fakeAws, localRun } from "../stage-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-dlq-"));
const reading = { most: 10, waitSeconds: 0 };
const { signal } = new AbortController();
const progress = () => {};
const TableName = "records";
const Bucket = "bodies";
let standIns: StandIns;
let sqs: SQSClient;
let dynamoDb: DynamoDBClient;
let s3: S3Client;
let urls: { readonly queue: string; readonly dlq: string };

async function run(...args: readonly string[]) {
  return await runGiven({}, ...args);
}

async function runGiven(given: Parameters<typeof dlq>[2], ...args: readonly string[]) {
  const printed: string[] = [];
  const code = await dlq(args, (line) => printed.push(line), { folder, ...given });
  if (!args.includes("--json")) assert.equal(printed.shift(), "Stage dev in the local run");
  return { code, printed };
}

/** Redrives the letters with an id, by the engine itself. */
async function redriveIn(client: SQSClient, queue: string, dead: string, id: string): Promise<number> {
  const place = { sqs: client, dynamoDb, table: TableName, waitSeconds: 0 };
  return await withDeadEvents(place, { name: "github/push", queue, dlq: dead }, { id }, { most: 10 }, (found) =>
    redriveFound(client, { queue }, found, { perSecond: 500, signal, progress }),
  );
}

function envelope(id: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const time = new Date(Date.now() - 600_000).toISOString();
  const event = { specversion: "1.0", id, source: "github", type: "push", time, hooklinekey: id };
  return JSON.stringify({ ...event, data_base64: Buffer.from('{"a":1}').toString("base64"), ...fields });
}

/** Puts a dead letter there; its id in SQS. */
async function bury(MessageBody: string): Promise<string | undefined> {
  const MessageAttributes = { kind: { DataType: "String", StringValue: "test" } };
  return (await sqs.send(new SendMessageCommand({ QueueUrl: urls.dlq, MessageBody, MessageAttributes }))).MessageId;
}

async function record(id: string, fields: Record<string, AttributeValue>): Promise<void> {
  const Item = { pk: { S: `ev#github/push#github#${id}` }, ...fields };
  await dynamoDb.send(new PutItemCommand({ TableName, Item }));
}

async function take(): Promise<readonly Message[]> {
  const all = { MessageAttributeNames: ["All"], MaxNumberOfMessages: 10 };
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl: urls.queue, ...all }))).Messages ?? [];
}

/** A client that knows the URLs of queues, and asks this one for the rest. */
function wrapped({ send }: Pick<SQSClient, "send">) {
  return {
    send: async (asked: GetQueueUrlCommand) =>
      "QueueName" in asked.input ? { QueueUrl: asked.input.QueueName } : await send(asked),
  };
}

async function createQueue(QueueName: string): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
}

describe("dlq", () => {
  before(async () => {
    standIns = await startStandIns();
    sqs = new SQSClient({ ...clientFor(standIns.endpoints.sqs, standIns.accessKeyId), useQueueUrlAsEndpoint: false });
    dynamoDb = new DynamoDBClient(clientFor(standIns.endpoints.dynamodb, standIns.accessKeyId));
    s3 = new S3Client({ ...clientFor(standIns.endpoints.s3, standIns.accessKeyId), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await dynamoDb.send(new CreateTableCommand(recordsTable(TableName)));
    urls = {
      queue: await createQueue("hookline-dev-github-push"),
      dlq: await createQueue("hookline-dlq-dev-github-push"),
    };
    const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:hookline-dlq-dev-github-push";
    const Attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: urls.queue, Attributes }));
    const { endpoints, accessKeyId } = standIns;
    const sources = { github: { provider: "github", url: "http://127.0.0.1:1/github", secret: "s", queues: {} } };
    const run = localRun({
      endpoints,
      accessKeyId,
      table: TableName,
      bucket: Bucket,
      sources,
      events: [deployed("github/push")],
    });
    writeLocalRun(run, folder);
  });
  beforeEach(async () => {
    for (const QueueUrl of Object.values(urls)) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });
  after(async () => {
    sqs.destroy();
    dynamoDb.destroy();
    s3.destroy();
    await standIns.close();
    rmSync(folder, { recursive: true });
  });

  it("lists every dead event once, however many, and consumes none", async () => {
    const ids = Array.from({ length: 37 }, (_, index) => `event-${index}.`);
    for (const id of ids) await bury(envelope(id));
    for (const _ of [1, 2]) {
      const { code, printed } = await run("list");
      assert.equal(code, 0);
      const listed = printed.map((line) => line.split("  ")[1]);
      assert.deepEqual(listed.toSorted(), ids.toSorted());
    }
    const { printed } = await run("list", "--most", "10");
    assert.deepEqual(
      [printed.length, printed.at(-1)],
      [11, "github/push  10 of about 37 were read; give a higher --most"],
    );
    assert.equal(await countOf(sqs, urls.dlq), 37);
  });

  it("lists them as JSON lines with the documented fields, and tells what was not read", async () => {
    await record("told", { st: { S: "failed" }, n: { N: "14" }, le: { S: "Error: \u001b[31mno\nroute" } });
    await bury(envelope("told"));
    const { printed } = await run("list", "--json");
    const [{ received, message, ...told }, ...more] = printed.map((line) => JSON.parse(line));
    assert.deepEqual(
      [told, more],
      [
        {
          processor: "github/push",
          ...{ id: "told", source: "github", type: "push", attempts: 14, reason: "Error: \u001b[31mno\nroute" },
        },
        [],
      ],
    );
    assert.ok(Date.parse(received) > 0);
    const page = readFileSync(new URL("../../../docs/formats.md", import.meta.url), "utf8");
    const row = /^\| `dlq list`, `dlq show` \|.*$/m.exec(page)?.[0] ?? "";
    for (const name of Object.keys({ ...told, received, message })) assert.ok(row.includes(`\`${name}\``), name);
    await bury("not an envelope");
    const cut = (await run("list", "--json", "--most", "1")).printed.map((line) => JSON.parse(line));
    assert.deepEqual(cut.at(-1), { processor: "github/push", read: 1, about: 2 });
  });

  it("gives the reason, the attempts and the age", async () => {
    await record("told", { st: { S: "failed" }, n: { N: "14" }, le: { S: "Error: \u001b[31mno\nroute" } });
    await record("cut", { st: { S: "proc" }, n: { N: "3" }, lu: { N: "1" } });
    for (const id of ["told", "cut", "unknown"]) await bury(envelope(id));
    await bury("not an envelope");
    const lines = (await run("list", "github/push")).printed.map((line) =>
      line.replace(/ {2}[0-9a-f-]{36} {2}\d+ s ago/, "  ID  seconds ago"),
    );
    assert.deepEqual(lines.toSorted(), [
      "github/push  ID  seconds ago  its envelope cannot be read",
      "github/push  cut  3 attempts  10 min ago  killed: timeout, memory or crash, after 3 attempts",
      "github/push  told  14 attempts  10 min ago  Error: \u001b[31mno route",
      "github/push  unknown  10 min ago  no reason was recorded: see the processor's log",
    ]);
  });

  it("shows one event, the values of its payload masked unless they are asked for, also of one in the bucket", async () => {
    const deposit = "claims/github/1";
    await s3.send(new PutObjectCommand({ Bucket, Key: deposit, Body: '{"large":"secret"}' }));
    await bury(envelope("one", { tenant: "acme", hooklinereplay: "r-1" }));
    await bury(envelope("large", { data_base64: undefined, dataref: deposit }));
    await bury(envelope("gone", { data_base64: undefined, dataref: "claims/github/none" }));
    const show = async (id: string, ...more: readonly string[]) =>
      await run("show", "github/push", "--id", id, ...more);
    const { code, printed } = await show("one");
    assert.equal(code, 0);
    assert.deepEqual(printed.slice(0, 5), [
      ...["id        one", "source    github", "type      push", "tenant    acme", "replay    r-1"],
    ]);
    assert.deepEqual(printed.slice(-4), [
      ...["payload, its values masked; --payload shows them", "  {", '    "a": "<number>"', "  }"],
    ]);
    assert.deepEqual((await show("one", "--payload")).printed.slice(-2), ["payload", '  {"a":1}']);
    const large = (await show("large")).printed;
    assert.deepEqual(large.slice(-5), [
      `body      ${deposit}`,
      "payload, its values masked; --payload shows them",
      ...["  {", '    "large": "<text of 6>"', "  }"],
    ]);
    assert.equal((await show("large", "--payload")).printed.at(-1), '  {"large":"secret"}');
    assert.equal((await show("gone")).printed.at(-1), "payload   no more in the bucket: claims/github/none");
    const [json = ""] = (await show("large", "--json")).printed;
    assert.deepEqual(JSON.parse(JSON.parse(json).payload), { large: "<text of 6>" });
    assert.deepEqual(await show("none"), {
      code: 1,
      printed: ["no dead event of github/push has the id none in its DLQ"],
    });
  });

  it("filters by tenant, type, reason and time, and groups by reason", async () => {
    await record("a1", { st: { S: "failed" }, n: { N: "1" }, le: { S: "Error: no\nroute\nat run (a.ts:1:2)" } });
    await record("a2", { st: { S: "failed" }, n: { N: "1" }, le: { S: "Error: no route" } });
    await record("b1#replay=r-1", { st: { S: "failed" }, n: { N: "1" }, le: { S: "TypeError: none" } });
    const dayAgo = new Date(Date.now() - 86_400_000).toISOString();
    await bury(envelope("a1", { tenant: "acme", time: dayAgo }));
    await bury(envelope("a2", { tenant: "globex" }));
    await bury(envelope("b1", { tenant: "acme", type: "push.forced", hooklinereplay: "r-1" }));
    const listed = async (...filters: readonly string[]) =>
      (await run("list", ...filters)).printed.map((line) => line.split("  ")[1] ?? line).toSorted();
    assert.deepEqual(await listed("--tenant", "acme"), ["a1", "b1"]);
    assert.deepEqual(await listed("--reason", "NO ROUTE"), ["a1", "a2"]);
    assert.deepEqual(await listed("--reason", "no route", "--tenant", "acme"), ["a1"]);
    assert.deepEqual(await listed("--type", "push"), ["a1", "a2"]);
    assert.deepEqual(await listed("--type", "push.*"), ["b1"]);
    assert.deepEqual(await listed("--id", "a2"), ["a2"]);
    assert.deepEqual(await listed("--since", "1h"), ["a2", "b1"]);
    assert.deepEqual(await listed("--since", "2d", "--until", "1h"), ["a1"]);
    assert.deepEqual((await run("list", "--tenant", "nobody")).printed, ["no dead event in github/push fits"]);
    assert.match(
      (await run("list", "--id", "b1")).printed[0] ?? "",
      /^github\/push {2}b1 {2}tenant acme {2}replay r-1 {2}/,
    );
    assert.deepEqual((await run("list", "--by", "reason")).printed, [
      "github/push  2  oldest 24 h ago  Error: no route",
      "github/push  1  oldest 10 min ago  TypeError: none",
    ]);
    const groups = (await run("list", "--by", "reason", "--json")).printed.map((line) => JSON.parse(line));
    assert.deepEqual(groups[0], { processor: "github/push", reason: "Error: no route", count: 2, oldest: dayAgo });
  });

  it("redrives what a filter fits, and the rest stays", async () => {
    await record("r1", { st: { S: "failed" }, n: { N: "1" }, le: { S: "Error: no route" } });
    await record("r2", { st: { S: "failed" }, n: { N: "1" }, le: { S: "Error: no route" } });
    for (const id of ["r1", "r2", "other"]) await bury(envelope(id));
    const dry = await run("redrive", "github/push", "--reason", "no route", "--dry-run");
    assert.deepEqual(dry.printed, ["would redrive 2 dead events to the queue of github/push"]);
    assert.equal(await countOf(sqs, urls.queue), 0);
    const { code, printed } = await run("redrive", "github/push", "--reason", "no route", "--per-second", "500");
    assert.deepEqual({ code, printed }, { code: 0, printed: ["redriven: 2 dead events to the queue of github/push"] });
    const moved = (await take()).map(({ Body = "" }) => JSON.parse(Body).id);
    assert.deepEqual(moved.toSorted(), ["r1", "r2"]);
    assert.equal(await countOf(sqs, urls.dlq), 1);
    const again = await run("redrive", "github/push", "--reason", "no route");
    assert.deepEqual(again, { code: 1, printed: ["no dead event of github/push fits in its DLQ"] });
  });

  it("leaves a redrive by filter at Ctrl-C with what was moved, and goes on when it is called again", async () => {
    const ids = ["c1", "c2", "c3", "c4"];
    for (const id of ids) await bury(envelope(id, { hooklinereplay: "r-1" }));
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    let sent = 0;
    const stopping = {
      send: async (asked: SendMessageCommand) => {
        if (asked.constructor.name === "SendMessageCommand" && ++sent === 2) resolve();
        return await sqs.send(asked);
      },
    };
    const clients = { sqs: stopping, dynamodb: dynamoDb };
    const stack = {
      stage: "dev",
      sources: { github: "github" },
      events: [deployed("github/push")],
      outputs: { TableName },
    };
    const printed: string[] = [];
    const redrive = async () =>
      await dlq(
        ["--stack", "Shop", "redrive", "github/push", "--type", "push", "--per-second", "500"],
        (line) => printed.push(line),
        { awsClients: fakeAws(stack, clients), ended },
      );
    assert.equal(await redrive(), 1);
    assert.equal(
      printed.at(-1),
      "redriven: 2 of 4 to the queue of github/push; the rest stays in the DLQ, and the same redrive goes on",
    );
    assert.deepEqual([await countOf(sqs, urls.queue), await countOf(sqs, urls.dlq)], [2, 2]);
    assert.equal((await run("redrive", "github/push", "--type", "push", "--per-second", "500")).code, 0);
    const moved = (await take()).map(({ Body = "" }) => JSON.parse(Body));
    assert.deepEqual(moved.map(({ id }) => id).toSorted(), ids);
    assert.deepEqual([...new Set(moved.map(({ hooklinereplay }) => hooklinereplay))], ["r-1"]);
  });

  it("keeps the pace of a redrive by filter", async () => {
    const waited: number[] = [];
    // A step each 1000 s: however slow the machine is, each is early.
    const due = createPace(0.001, async (milliseconds) => waited.push(milliseconds));
    for (const done of [0, 1, 2]) await due(done);
    assert.deepEqual(
      waited.map((milliseconds) => Math.round(milliseconds / 1e6)),
      [1, 2],
    );
  });

  it("has SQS move all at a pace, watches it to its end, and leaves it running at Ctrl-C", async () => {
    const looks = [
      { StartedTimestamp: 1, Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 9 },
      { StartedTimestamp: 1, Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 9 },
      { StartedTimestamp: 2, Status: "RUNNING", ApproximateNumberOfMessagesMoved: 3 },
      { StartedTimestamp: 2, Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 7 },
    ];
    const answering = (given: readonly object[]) => {
      const left = [...given];
      return createFakeClient<SQSClient>((input) => {
        if ("MaxResults" in input) return { Results: [left.shift()] };
        return "QueueUrl" in input ? { Attributes: { QueueArn: "arn", ApproximateNumberOfMessages: "7" } } : {};
      });
    };
    const { client, inputs } = answering(looks);
    const told: unknown[] = [];
    const moving = {
      perSecond: 5,
      signal,
      progress: (...one: readonly number[]) => told.push(one),
      pause: async () => {},
    };
    const seen = await moveAll(client, { dlq: "d" }, moving);
    assert.deepEqual(seen, { status: "COMPLETED", moved: 7, wasRunning: false });
    assert.deepEqual(told, [
      [0, 7],
      [3, 7],
      [7, 7],
    ]);
    const started = inputs.find((input) => "MaxNumberOfMessagesPerSecond" in input);
    assert.deepEqual(started, { SourceArn: "arn", MaxNumberOfMessagesPerSecond: 5 });
    const running = answering([looks[2] ?? {}, looks[2] ?? {}]);
    const sqsClient = { sqs: wrapped(running.client), dynamodb: dynamoDb };
    const printed: string[] = [];
    const stack = {
      stage: "dev",
      sources: { github: "github" },
      events: [deployed("github/push")],
      outputs: { TableName },
    };
    const code = await dlq(["--stack", "Shop", "redrive", "github/push"], (line) => printed.push(line), {
      ...{ awsClients: fakeAws(stack, sqsClient), ended: Promise.resolve() },
    });
    assert.deepEqual(
      [code, ...printed.slice(1)],
      [
        1,
        "a redrive of github/push was running already, at its own pace",
        "redriven so far: about 3 to the queue of github/push; SQS goes on by itself, and the same redrive watches it",
      ],
    );
    assert.equal(running.inputs.filter((input) => "SourceArn" in input && !("MaxResults" in input)).length, 0);
  });

  it("saves events into a folder, a file each, for their owner alone, with bodies that lie in the bucket", async () => {
    const saved = join(folder, "saved");
    const deposit = "claims/github/2";
    await s3.send(new PutObjectCommand({ Bucket, Key: deposit, Body: "large body" }));
    const large = await bury(envelope("../large", { data_base64: undefined, dataref: deposit }));
    const one = await bury(envelope("one"));
    await bury(envelope("gone", { data_base64: undefined, dataref: "claims/github/none" }));
    await bury(envelope("other", { tenant: "acme" }));
    const filtered = await run("save", "--tenant", "acme", "--save", join(folder, "filtered"));
    assert.deepEqual(filtered, { code: 0, printed: [`saved 1 dead event into ${join(folder, "filtered")}`] });
    const { code, printed } = await run("save", "github/push", "--save", saved);
    assert.equal(code, 0);
    assert.deepEqual(printed, [
      "saved without its body, which is no more in the bucket: claims/github/none",
      `saved 4 dead events into ${saved}`,
    ]);
    assert.equal(readdirSync(saved).length, 5);
    assert.equal(JSON.parse(readFileSync(join(saved, `one-${one}.json`), "utf8")).id, "one");
    const body = join(saved, `___large-${large}.json.body`);
    assert.equal(readFileSync(body, "utf8"), "large body");
    if (process.platform !== "win32") {
      for (const name of readdirSync(saved)) assert.equal(statSync(join(saved, name)).mode & 0o777, 0o600, name);
    }
    assert.equal(await countOf(sqs, urls.dlq), 4);
    assert.deepEqual(await run("save", "--id", "none", "--save", saved), {
      code: 1,
      printed: ["no dead event to save"],
    });
  });

  it("drops events after it has saved them and asked", async () => {
    const saved = join(folder, "dropped");
    const dropAcme = ["drop", "github/push", "--tenant", "acme", "--save", saved];
    for (const id of ["d1", "d2"]) await bury(envelope(id, { tenant: "acme" }));
    await bury(envelope("kept"));
    assert.deepEqual((await run(...dropAcme, "--dry-run")).printed, ["would drop 2 dead events of github/push"]);
    assert.equal(existsSync(saved), false);
    const asked: string[] = [];
    const answer = (yes: boolean) => ({
      ask: async (question: string) => {
        assert.equal(readdirSync(saved).length, 2, "asked before it has saved");
        asked.push(question);
        return yes;
      },
    });
    assert.equal((await runGiven(answer(false), ...dropAcme)).code, 1);
    assert.equal(await countOf(sqs, urls.dlq), 3);
    assert.deepEqual((await runGiven(answer(true), ...dropAcme)).printed, [
      `saved 2 dead events into ${saved}`,
      "dropped 2 dead events of github/push",
    ]);
    assert.deepEqual(asked, Array(2).fill("Drop 2 dead events of github/push for good?"));
    assert.deepEqual(
      (await run("list")).printed.map((line) => line.split("  ")[1]),
      ["kept"],
    );
    assert.equal((await run(...dropAcme, "--yes")).code, 1);
    await bury(envelope("d3", { tenant: "acme" }));
    assert.equal((await run(...dropAcme, "--yes")).code, 0);
    assert.equal(readdirSync(saved).length, 3);
    await bury(envelope("d4", { tenant: "acme" }));
    const unwritable = join(folder, "file");
    writeFileSync(unwritable, "");
    await assert.rejects(run("drop", "github/push", "--id", "d4", "--yes", "--save", unwritable), /EEXIST|ENOTDIR/);
    assert.equal(await countOf(sqs, urls.dlq), 2, "dropped what was not saved");
  });

  it("holds the letters that it has read for as long as they are used", async () => {
    const { promise: heldAgain, resolve } = Promise.withResolvers<void>();
    const seconds: number[] = [];
    const { client } = createFakeClient<SQSClient>((input) => {
      if ("MaxNumberOfMessages" in input) return { Messages: [{ MessageId: "1", ReceiptHandle: "r" }] };
      if (!("Entries" in input)) return {};
      const [{ VisibilityTimeout }] = input.Entries as [{ readonly VisibilityTimeout: number }];
      if (seconds.push(VisibilityTimeout) === 2) resolve();
      return {};
    });
    await withDeadLetters(client, "d", { most: 1, waitSeconds: 0, holdSeconds: 1 }, async () => await heldAgain);
    assert.deepEqual([seconds.slice(0, 2), seconds.at(-1)], [[1, 1], 0]);
  });

  it("saves the envelope of one event, for its owner alone, and says how to run it", async () => {
    await bury(envelope("one"));
    const saved = join(mkdtempSync(join(tmpdir(), "hookline-saved-")), "event.json");
    const { printed } = await run("show", "github/push", "--id", "one", "--save", saved);
    const { id, data_base64 } = JSON.parse(readFileSync(saved, "utf8"));
    assert.deepEqual([id, atob(data_base64)], ["one", '{"a":1}']);
    if (process.platform !== "win32") assert.equal(statSync(saved).mode & 0o777, 0o600);
    assert.equal(
      printed.at(-1),
      `saved into ${saved}; it runs alone by: npm run hookline -- run github/push --event ${saved}`,
    );
    rmSync(dirname(saved), { recursive: true });
  });

  it("redrives one event alone, under a new message id, with its body and attributes", async () => {
    const before = await bury(envelope("one"));
    await bury(envelope("other"));
    const dry = await run("redrive", "github/push", "--id", "one", "--dry-run");
    assert.deepEqual(dry, { code: 0, printed: ["would redrive one to the queue of github/push"] });
    assert.deepEqual([await countOf(sqs, urls.queue), await countOf(sqs, urls.dlq)], [0, 2]);
    const { code, printed } = await run("redrive", "github/push", "--id", "one");
    assert.deepEqual({ code, printed }, { code: 0, printed: ["redriven: one to the queue of github/push"] });
    const [moved, ...more] = await take();
    assert.equal(JSON.parse(moved?.Body ?? "").id, "one");
    assert.equal(moved?.MessageAttributes?.kind?.StringValue, "test");
    assert.notEqual(moved?.MessageId, before);
    assert.deepEqual(more, []);
    assert.equal((await run("redrive", "github/push", "--id", "one")).code, 1);
    assert.deepEqual(
      (await run("list")).printed.map((line) => line.split("  ")[1]),
      ["other"],
    );
  });

  it("redrives an event of a queue that keeps order in its group, also right after it was first sent", async () => {
    const Attributes = { FifoQueue: "true" };
    const create = async (QueueName: string) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
    const [queue, dead] = [await create("push.fifo"), await create("dlq-push.fifo")];
    const sent = { MessageBody: envelope("one"), MessageGroupId: "biz_1", MessageDeduplicationId: "one" };
    // SQS swallows a second one of its deduplication id for 5 minutes, though the first was taken and deleted.
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, ...sent }));
    const all = { MessageSystemAttributeNames: ["All" as const] };
    const [first] = (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, ...all }))).Messages ?? [];
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: first?.ReceiptHandle }));
    await sqs.send(new SendMessageCommand({ QueueUrl: dead, ...sent }));
    assert.equal(await redriveIn(sqs, queue, dead, "one"), 1);
    const [moved] = (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, ...all }))).Messages ?? [];
    assert.equal(moved?.Attributes?.MessageGroupId, "biz_1");
    assert.equal(moved?.Body, sent.MessageBody);
  });

  it("redrives all of a queue that keeps order in their groups", async () => {
    const create = async (QueueName: string, more: Readonly<Record<string, string>> = {}) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: "true", ...more } }))).QueueUrl ??
      "";
    const dead = await create("dlq-all.fifo");
    const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:dlq-all.fifo";
    const queue = await create("all.fifo", {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }),
    });
    const sent = { MessageBody: envelope("one"), MessageGroupId: "biz_1", MessageDeduplicationId: "one" };
    await sqs.send(new SendMessageCommand({ QueueUrl: dead, ...sent }));
    assert.equal((await moveAll(sqs, { dlq: dead }, { signal, progress }))?.moved, 1);
    const taken = new ReceiveMessageCommand({ QueueUrl: queue, MessageSystemAttributeNames: ["All"] });
    assert.equal((await sqs.send(taken)).Messages?.[0]?.Attributes?.MessageGroupId, "biz_1");
  });

  it("redrives an event with everything that it was sent with: body, attributes, trace and group", async () => {
    const letter = {
      ...{ MessageId: "letter-1", ReceiptHandle: "r", Body: envelope("one") },
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "test" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(1, 2) },
      },
      Attributes: { MessageGroupId: "biz_1", AWSTraceHeader: "Root=1-2-3", SenderId: "s", SentTimestamp: "0" },
    };
    const left = [letter];
    const { client, inputs } = createFakeClient<SQSClient>((input) => {
      return { Messages: "MaxNumberOfMessages" in input ? left.splice(0) : [] };
    });
    await redriveIn(client, "q", "d", "one");
    assert.deepEqual(
      inputs.find((input) => "MessageBody" in input),
      {
        QueueUrl: "q",
        MessageBody: letter.Body,
        MessageAttributes: letter.MessageAttributes,
        MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-2-3" } },
        MessageGroupId: "biz_1",
      },
    );
  });

  it("redrives every copy of one event", async () => {
    for (const _ of [1, 2]) await bury(envelope("twice"));
    const { printed } = await run("redrive", "github/push", "--id", "twice");
    assert.deepEqual(printed, ["redriven: twice to the queue of github/push (2 copies)"]);
    assert.equal((await take()).length, 2);
  });

  it("redrives all, under new message ids", async () => {
    const before = [await bury(envelope("one")), await bury(envelope("two"))];
    const { printed } = await run("redrive", "github/push");
    assert.deepEqual(printed, ["redriven: about 2 to the queue of github/push"]);
    const moved = await take();
    assert.equal(moved.length, 2);
    for (const { MessageId } of moved) assert.ok(!before.includes(MessageId));
    assert.deepEqual((await run("redrive", "github/push")).printed, ["nothing to redrive in github/push"]);
  });

  it("leaves an event in its DLQ, and visible, when sending it back fails", async () => {
    await bury(envelope("one"));
    await assert.rejects(redriveIn(sqs, `${urls.queue}-gone`, urls.dlq, "one"));
    await withDeadLetters(sqs, urls.dlq, reading, async ({ letters }) => assert.equal(letters.length, 1));
  });

  it("finds queues and table of a stack of somebody's own by its outputs and metadata", async () => {
    await record("in-shop", { st: { S: "failed" }, n: { N: "14" }, le: { S: "Error: no route" } });
    const shop = { stage: "shop", sources: { github: "github" }, events: [deployed("github/push")] };
    const clients = { sqs, dynamodb: dynamoDb };
    const awsClients = fakeAws({ ...shop, outputs: { TableName } }, clients);
    const printed: string[] = [];
    const list = () => dlq(["--stack", "Shop", "list"], (line) => printed.push(line), { awsClients });
    await assert.rejects(list(), /queue hookline-shop-github-push is not there; deploy the stage first$/);
    await createQueue("hookline-shop-github-push");
    const QueueUrl = await createQueue("hookline-dlq-shop-github-push");
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: envelope("in-shop") }));
    printed.length = 0;
    await list();
    assert.deepEqual(printed, [
      "Stage shop on AWS: stack Shop in eu-west-1, account 123456789012",
      "github/push  in-shop  14 attempts  10 min ago  Error: no route",
    ]);
  });

  it("shows an event as the same JSON as the list, with the place of its error, also for people", async () => {
    await record("placed", {
      st: { S: "dead" },
      n: { N: "1" },
      le: { S: "Error: no\nat run (push.ts:1:2)\nat b (c.ts:3:4)" },
    });
    await bury(envelope("placed"));
    const [listed = ""] = (await run("list", "github/push", "--json")).printed;
    const shown = await run("show", "github/push", "--id", "placed", "--json");
    const { payload, ...facts } = JSON.parse(shown.printed[0] ?? "");
    assert.deepEqual([shown.printed.length, facts, JSON.parse(payload)], [1, JSON.parse(listed), { a: "<number>" }]);
    const { reason, stack } = JSON.parse(listed);
    assert.deepEqual([reason, stack], ["Error: no", "at run (push.ts:1:2)\nat b (c.ts:3:4)"]);
    const { printed } = await run("show", "github/push", "--id", "placed");
    const at = printed.indexOf("reason    Error: no");
    assert.deepEqual(printed.slice(at + 1, at + 3), ["          at run (push.ts:1:2)", "          at b (c.ts:3:4)"]);
    assert.deepEqual((await run("list", "github/push")).printed[0]?.split("  ").at(-1), "Error: no");
  });

  it("refuses an impossible call in one sentence", async () => {
    await assert.rejects(run("list", "github/star"), /^TypeError: Cannot find github\/star: .*there is github\/push$/);
    await assert.rejects(run("list", "--most", "0"), /--most takes a number/);
    const wrong = [
      ...[[], ["dorp"], ["show", "github/push"], ["redrive"], ["drop"], ["dev", "list", "a/b", "c/d"]],
      ...[["save"], ["drop", "github/push", "--yes"], ["drop", "--save", "folder"], ["list", "--by", "type"]],
      ...[
        ["list", "--payload"],
        ["show", "github/push", "--id", "one", "--body"],
        ["list", "--since", "1h", "--until", "2h"],
      ],
      ...["0", "501"].map((rate) => ["redrive", "github/push", "--per-second", rate]),
    ];
    for (const args of wrong) {
      await assert.rejects(run(...args), /^UsageError: Cannot run dlq: .*Help: npm run dlq -- --help$/);
    }
    await assert.rejects(
      dlq(["list"], () => {}, { folder: join(folder, "nowhere") }),
      /no local run is on \(npm start\), and none on AWS is named: give a stage .* or --stack NAME/,
    );
  });
});

describe("the reason of a dead event", () => {
  it("depends on how its last run ended", () => {
    const proc = (lu: number) => ({ st: { S: "proc" }, n: { N: "1" }, lu: { N: String(lu) } });
    assert.equal(reasonOf({ ...proc(999), le: { S: "timed out after 3 s" } }, 1000), "timed out after 3 s");
    assert.equal(reasonOf(proc(999), 1000), "killed: timeout, memory or crash, after 1 attempt");
    assert.equal(reasonOf(proc(1000), 1000), "being run at this moment");
    assert.equal(reasonOf({ st: { S: "dead" }, le: { S: "why" } }, 0), "why");
    assert.match(reasonOf({ st: { S: "done" }, le: { S: "why" } }, 0), /^done meanwhile/);
    assert.match(reasonOf(undefined, 0), /^no reason was recorded/);
  });
});
