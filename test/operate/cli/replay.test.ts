import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { fromEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { writeLocalRun } from "../../../local/local-run.ts";
import { openMappings } from "../../../local/mapping/mappings-endpoint.ts";
import { pause, resume } from "../../../operate/cli/pause.ts";
import { replay } from "../../../operate/cli/replay.ts";
import { Bucket, pushed, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, type FakeStack, fakeAws, localRun, verifierAlone, verifierFacts } from "../stage-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-replay-"));
const now = Date.now();
const hour = 3_600_000;
const day = 24 * hour;
const stageEvents = [
  deployed("github/push"),
  deployed("github/_other"),
  { ...deployed("github/audit"), types: ["push", "star"] },
  deployed("github/gone", { retired: true }),
];
const queues = ["github-push", "github-_other", "github-audit"] as const;

describe("replay", () => {
  let archive: Awaited<ReturnType<typeof startArchive>>;
  let mappings: Awaited<ReturnType<typeof openMappings>>;
  let sqs: SQSClient;
  const urls = new Map<string, string>();

  async function run(...args: readonly string[]) {
    const printed: string[] = [];
    const asked: string[] = [];
    const ask = async (question: string) => asked.push(question) > 0 && args.includes("yes");
    const code = await replay(
      args.filter((arg) => arg !== "yes"),
      (line) => printed.push(line),
      { folder, ask },
    );
    if (!args.includes("--json")) assert.equal(printed.shift(), "Stage dev in the local run");
    return { code, printed, asked };
  }

  async function record(id: string, fields: Record<string, AttributeValue>, processor = "github/push"): Promise<void> {
    const ex = { N: String(Math.floor(now / 1000) + 3600) };
    const pk = { S: `ev#${processor}#github#v1#id=${id}` };
    await archive.dynamoDb.send(new PutItemCommand({ TableName, Item: { pk, ex, ...fields } }));
  }

  /** What is in a queue, taken out of it. */
  async function taken(queue: (typeof queues)[number] = "github-push"): Promise<readonly Message[]> {
    const QueueUrl = urls.get(queue);
    const all: Message[] = [];
    for (;;) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["All"],
      });
      const { Messages = [] } = await sqs.send(command);
      if (Messages.length === 0) return all;
      all.push(...Messages);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
  const idsOf = (messages: readonly Message[]) => messages.map(({ Body = "" }) => fromEnvelope(Body)?.id).toSorted();

  before(async () => {
    archive = await startArchive();
    const { accessKeyId, endpoints } = archive.standIns;
    sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
    for (const queue of queues) {
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: `hookline-dev-${queue}` }));
      urls.set(queue, QueueUrl);
    }
    const mapping = { pause: async () => {}, resume: () => {} };
    const queueArn = "arn:aws:sqs:us-east-1:000000000000:hookline-dev-github-push";
    mappings = await openMappings([{ queueArn, functionArn: "", mapping }], accessKeyId, verifierAlone(stageEvents));
    writeLocalRun(
      localRun({
        ...{ accessKeyId, endpoints, lambda: mappings.url, table: TableName, bucket: Bucket },
        sources: { github: { provider: "github", url: "http://127.0.0.1:1", secret: "s", queues: {} } },
        events: stageEvents,
      }),
      folder,
    );
    await archive.write([
      ...["never", "done", "dead", "failing", "running"].map((id, index) => pushed(id, now - hour - index * 1000)),
      pushed("ignored", now - hour, { type: "star", queues: [] }),
      pushed("other", now - hour, { type: "fork", queues: ["github-_other"] }),
      pushed("test", now - hour, { livemode: false }),
      pushed("old", now - 50 * day),
      pushed("yesterday", now - 26 * hour),
    ]);
    await record("done", { st: { S: "done" }, n: { N: "1" } });
    await record("dead", { st: { S: "failed" }, nx: { N: "0" }, n: { N: "14" }, le: { S: "Error: no" } });
    await record("failing", { st: { S: "failed" }, nx: { N: String(now + hour) }, n: { N: "2" } });
    await record("running", { st: { S: "proc" }, lu: { N: String(now + hour) }, n: { N: "1" } });
  });
  beforeEach(async () => {
    for (const QueueUrl of urls.values()) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });
  after(async () => {
    sqs?.destroy();
    await mappings?.close();
    await archive?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("plans first: how many, where, and why not; a dry run sends nothing and asks nothing", async () => {
    const { code, printed, asked } = await run("--to", "github/push", "--dry-run");
    assert.equal(code, 0);
    assert.match(printed[0] ?? "", /^6 events received from \d{4}-.*Z to \d{4}-.*Z$/);
    assert.deepEqual(printed.slice(1), [
      "github/push  2 to send",
      "  left out: 1 done already",
      "  left out: 1 running at this moment",
      "  left out: 1 retried by themselves",
      "  left out: 1 tests; --tests replays them",
      "at 20 a second this takes 1 s",
    ]);
    assert.deepEqual([asked, await taken()], [[], []]);
  });

  it("says in its plan that a processor is paused", async () => {
    const places = { folder };
    await pause(["github/push"], () => {}, places);
    const told = "github/push is paused: its copies wait until npm run resume -- github/push";
    assert.ok((await run("--to", "github/push", "--dry-run")).printed.includes(told));
    await resume(["github/push"], () => {}, places);
    assert.ok(!(await run("--to", "github/push", "--dry-run")).printed.includes(told));
  });

  it("asks, and sends nothing after a no", async () => {
    const { code, asked } = await run("--to", "github/push");
    assert.deepEqual([code, asked], [1, ["Send 2 copies to Stage dev in the local run?"]]);
    assert.deepEqual(await taken(), []);
  });

  it("sends by default what never ran to its end, as it was in its queue", async () => {
    const { code, printed } = await run("--to", "github/push", "yes");
    assert.equal(code, 0);
    const copies = await taken();
    assert.deepEqual(idsOf(copies), ["dead", "never"]);
    for (const { Body = "" } of copies) {
      const event = fromEnvelope(Body);
      assert.equal(event?.replay, undefined);
      assert.ok(event !== undefined && "body" in event);
      assert.deepEqual(JSON.parse(new TextDecoder().decode(event.body)).id, event.id);
    }
    assert.match(printed.at(-1) ?? "", /^replay \S+ is done: 2 sent$/);
  });

  it("sends with again what is done and what is dead, each with the replay's id, and says what that means", async () => {
    const { printed } = await run("--to", "github/push", "--mode", "again", "yes");
    const copies = await taken();
    assert.deepEqual(idsOf(copies), ["dead", "done"]);
    const ids = new Set(copies.map(({ Body = "" }) => fromEnvelope(Body)?.replay));
    assert.equal(ids.size, 1);
    assert.ok(printed.some((line) => line.includes("is done") && line.includes([...ids][0] ?? "?")));
    assert.ok(printed.some((line) => line.startsWith("the idempotency key stays")));
    assert.ok(printed.includes("  left out: 1 in the queue still"));
  });

  it("back-fills an event file: ignored events included, by the types that it names today", async () => {
    await run("--to", "github/audit", "--tests", "yes");
    assert.deepEqual(idsOf(await taken("github-audit")), [
      "dead",
      "done",
      "failing",
      "ignored",
      "never",
      "running",
      "test",
    ]);
    await run("--to", "github/_other", "yes");
    assert.deepEqual(idsOf(await taken("github-_other")), ["other"], "only what no other event file wants");
  });

  it("leaves out what is older than the records, and says so; again runs it", async () => {
    const asked = ["--to", "github/push", "--since", "60d", "--until", "40d"] as const;
    assert.ok((await run(...asked, "--dry-run")).printed.some((line) => /left out: 1 older than 45 days/.test(line)));
    assert.ok((await run(...asked, "--mode", "again", "--dry-run")).printed.includes("github/push  1 to send"));
  });

  it("takes filters, and several processors", async () => {
    await run("--to", "github/push", "--to", "github/audit", "--id", "never", "yes");
    assert.deepEqual([idsOf(await taken()), idsOf(await taken("github-audit"))], [["never"], ["never"]]);
  });

  it("prints plan and result as the documented JSON", async () => {
    const { code, printed } = await run("--to", "github/push", "--json", "--yes");
    assert.equal(code, 0);
    const [plan, result] = printed.map((line) => JSON.parse(line));
    assert.deepEqual(plan, {
      plan: {
        events: 6,
        processors: [{ name: "github/push", decisions: { run: 2, done: 1, running: 1, waiting: 1, test: 1 } }],
      },
      seconds: 1,
    });
    assert.deepEqual({ ...result, id: "" }, { id: "", sent: 2, dead: 0, state: "done" });
  });

  it("is resumed by its id, from the first event that it has not sent, with what it was begun with", async () => {
    const id = "2026-01-01-0a1b2c3d";
    const iso = (time: number) => new Date(time).toISOString();
    const manifest = {
      ...{ id, stage: "dev", begun: iso(now), filter: {}, since: iso(now - 30 * hour), until: iso(now) },
      ...{ to: ["github/push"], mode: "again", tests: false, perSecond: 100, copies: 3, sent: 1, dead: 0 },
      ...{ state: "stopped", checkpoint: iso(now - 2 * hour) },
    };
    const Key = `replays/${id}.json`;
    await archive.s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(manifest) }));
    const { code, printed } = await run("--resume", id, "yes");
    assert.equal(code, 0, printed.join("\n"));
    const copies = await taken();
    assert.deepEqual(idsOf(copies), ["dead", "done"], "yesterday's was sent before");
    assert.deepEqual([...new Set(copies.map(({ Body = "" }) => fromEnvelope(Body)?.replay))], [id]);
    const { Body } = await archive.s3.send(new GetObjectCommand({ Bucket, Key }));
    const ended = JSON.parse((await Body?.transformToString()) ?? "");
    assert.deepEqual([ended.state, ended.sent, ended.checkpoint], ["done", 3, ended.until]);
    const { Contents = [] } = await archive.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "replays/" }));
    assert.ok(Contents.length > 1, "each has a manifest");
    await assert.rejects(run("--resume", "2025-01-01-none"), /Cannot resume replay 2025-01-01-none: the bucket has no/);
    const old = { ...manifest, begun: iso(now - 31 * day) };
    await archive.s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(old) }));
    await assert.rejects(run("--resume", id), /after 30 days nothing tells what of it has run; begin another one/);
  });

  it("refuses what cannot be, with the remedy", async () => {
    for (const [args, message] of [
      [[], /expected --to, received none/],
      [["--to", "github/pusch"], /no event file of the stage has this name.*did you mean github\/push/s],
      [["--to", "github/gone"], /it is retired; take `retired` out of its event file and deploy first/],
      [["--to", "github/push", "--mode", "twice"], /--mode takes missing or again, received "twice"/],
      [["--to", "github/push", "--per-second", "0"], /--per-second takes a number from 1 to 10000, received "0"/],
      [["--to", "github/push", "--since", "soon"], /--since takes one in ISO 8601/],
      [["--to", "github/push", "--json"], /--json asks nothing: give --yes or --dry-run, too/],
    ] as const) {
      await assert.rejects(run(...args), { message });
    }
  });

  it("on AWS: a group of its own, so that live events do not wait; no replay's id to processors that know none", async () => {
    const aws = onAws({});
    const again = ["dev", "--to", "github/push", "--mode", "again", "--yes"];
    await assert.rejects(aws.run(...again), {
      message: /stage dev was deployed before its processors knew replays.*deploy it again first/,
    });
    assert.equal((await aws.run("dev", "--to", "github/push", "--yes")).code, 0);
    const groups = new Set(aws.sent.map((entry) => Reflect.get(Object(entry), "MessageGroupId")));
    assert.equal(aws.sent.length, 2);
    assert.match([...groups].join(), /^replay-\d{4}-\d\d-\d\d-[0-9a-f]{8}$/);
  });

  it("on AWS: asks the version that the alias names, not the stack", async () => {
    const audit = { ...deployed("github/audit"), types: ["push", "star"] };
    const stack = { events: [deployed("github/push"), audit, deployed("github/_other")], replays: true as const };
    const asked: unknown[] = [];
    const saying = (facts: object) => (input: object) => {
      asked.push(input);
      return { ExecutedVersion: "3", Payload: new TextEncoder().encode(JSON.stringify(facts)) };
    };
    // The stack's own version routes "star" to audit; the one that is live has no audit, and "fork" has a processor of its own.
    const fork = deployed("github/fork");
    const older = verifierFacts([deployed("github/push"), deployed("github/_other"), fork]);
    const rolledBack = onAws(stack, saying(older));
    const plan = async (...args: readonly string[]) =>
      (await rolledBack.run("dev", ...args, "--dry-run")).printed.filter((line) => line.startsWith("github/"));
    assert.deepEqual(await plan("--to", "github/push"), ["github/push  2 to send"]);
    await rolledBack.run("dev", "--to", "github/_other", "--yes");
    assert.deepEqual(idsOf(await taken("github-_other")), ["ignored"], "star, and not fork");
    await assert.rejects(rolledBack.run("dev", "--to", "github/audit", "--dry-run"), {
      message: /Cannot replay to github\/audit: version 3 of the verifier that is live does not route it; .*rollback/,
    });
    const [question] = asked as readonly { FunctionName: string; Qualifier: string; Payload: string }[];
    assert.deepEqual([question?.FunctionName, question?.Qualifier], ["v", "live"]);
    assert.deepEqual(JSON.parse(question?.Payload ?? ""), { hookline: "facts" });

    const again = ["dev", "--to", "github/push", "--mode", "again", "--dry-run"];
    assert.equal((await rolledBack.run(...again)).code, 0);
    for (const facts of [{ ...older, formats: { keys: "v1" } }, { statusCode: 503 }]) {
      await assert.rejects(onAws(stack, saying(facts)).run(...again), {
        message: /--mode again: version 3 of the verifier that is live does not say that it knows replays; deploy/,
      });
    }
    const { printed } = await onAws(stack, saying({ statusCode: 503 })).run("dev", "--to", "github/audit", "--dry-run");
    assert.equal(
      printed.at(-1),
      "version 3 of the verifier that is live does not say what it routes: the plan goes by the event files of the stack",
    );
  });

  /** Runs the command against a stack, whose Lambda answers so. */
  function onAws(facts: Partial<FakeStack>, lambda: (input: object) => object = () => ({})) {
    const outputs = { TableName, BucketName: Bucket, FunctionUrl: "https://x", VerifierName: "v" };
    const stack = { stage: "dev", sources: { github: "github" }, events: [deployed("github/push")], outputs, ...facts };
    const sent: unknown[] = [];
    const noting = {
      async send(command: { readonly input: object }) {
        if ("Entries" in command.input) sent.push(...(command.input.Entries as unknown[]));
        return await sqs.send(command as SendMessageBatchCommand);
      },
    };
    const answering = {
      send: async (command: { readonly input: object }) =>
        command.constructor.name === "InvokeCommand" ? lambda(command.input) : {},
    };
    const clients = { s3: archive.s3, dynamodb: archive.dynamoDb, sqs: noting, lambda: answering };
    const given = { awsClients: fakeAws(stack, clients) };
    return {
      sent,
      async run(...args: readonly string[]) {
        const printed: string[] = [];
        return { code: await replay(args, (line) => printed.push(line), given), printed };
      },
    };
  }
});
