import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, it } from "node:test";
import { type AttributeValue, CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
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
import { countOf, withDeadLetters } from "../../../operate/dead-events/dead-letters.ts";
import { redriveAll, redriveOne } from "../../../operate/dead-events/redrive.ts";
import { createFakeClient } from "../../aws/fake-client.ts";
import { recordsTable } from "../../records-table.ts";
import { deployed, fakeAws, localRun } from "../stage-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-dlq-"));
const reading = { most: 10, waitSeconds: 0 };
const TableName = "records";
let standIns: StandIns;
let sqs: SQSClient;
let dynamoDb: DynamoDBClient;
let urls: { readonly queue: string; readonly dlq: string };

async function run(...args: readonly string[]) {
  const printed: string[] = [];
  const code = await dlq(args, (line) => printed.push(line), { folder });
  if (!args.includes("--json")) assert.equal(printed.shift(), "Stage dev in the local run");
  return { code, printed };
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

async function createQueue(QueueName: string): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
}

describe("dlq", () => {
  before(async () => {
    standIns = await startStandIns();
    sqs = new SQSClient({ ...clientFor(standIns.endpoints.sqs, standIns.accessKeyId), useQueueUrlAsEndpoint: false });
    dynamoDb = new DynamoDBClient(clientFor(standIns.endpoints.dynamodb, standIns.accessKeyId));
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
    const run = localRun({ endpoints, accessKeyId, table: TableName, sources, events: [deployed("github/push")] });
    writeLocalRun(run, folder);
  });
  beforeEach(async () => {
    for (const QueueUrl of Object.values(urls)) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });
  after(async () => {
    sqs.destroy();
    dynamoDb.destroy();
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
    assert.deepEqual([printed.length, printed.at(-1)], [11, "github/push  10 of about 37 were read"]);
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

  it("shows one event, its payload only when asked for it, or where it lies", async () => {
    await bury(envelope("one"));
    await bury(envelope("large", { data_base64: undefined, dataref: "claims/github/1" }));
    const { code, printed } = await run("show", "github/push", "--id", "one");
    assert.equal(code, 0);
    assert.deepEqual(printed.slice(0, 3), ["id        one", "source    github", "type      push"]);
    assert.ok(!printed.join().includes('{"a":1}'));
    assert.equal((await run("show", "github/push", "--id", "one", "--body")).printed.at(-1), '{"a":1}');
    const large = await run("show", "github/push", "--id", "large", "--body");
    assert.equal(large.printed.at(-1), "payload   in S3: claims/github/1");
    assert.deepEqual(await run("show", "github/push", "--id", "none"), {
      code: 1,
      printed: ["no dead event of github/push has the id none in its DLQ"],
    });
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
    const pipeline = { name: "github/push", queue, dlq: dead };
    assert.equal((await redriveOne(sqs, pipeline, "one", { dryRun: false, ...reading })).copies, 1);
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
    assert.equal(await redriveAll(sqs, { name: "github/push", queue, dlq: dead }, false), 1);
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
    await redriveOne(client, { name: "github/push", queue: "q", dlq: "d" }, "one", { dryRun: false, ...reading });
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
    const pipeline = { name: "github/push", queue: `${urls.queue}-gone`, dlq: urls.dlq };
    await assert.rejects(redriveOne(sqs, pipeline, "one", { dryRun: false, ...reading }));
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
    assert.deepEqual(shown.printed, [listed]);
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
    for (const args of [[], ["drop"], ["show", "github/push"], ["redrive"], ["dev", "list", "a/b", "c/d"]]) {
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
