import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse } from "aws-lambda";
import { names } from "../../lambdas/aws/env.ts";
import { factsQuestion, withFacts } from "../../lambdas/aws/facts.ts";
import type { HttpEvent } from "../../lambdas/aws/http/http-event.ts";
import { ingressPorts, processingPorts } from "../../lambdas/aws/ports.ts";
import { parseJson } from "../../lambdas/core/events/fields.ts";
import { silent } from "../../lambdas/core/log.ts";
import { type EventFields, fromEnvelope, processor } from "../../lambdas/core/mod.ts";
import { processorLambda, type QueueLambda } from "../../lambdas/processor.ts";
import { github } from "../../lambdas/providers/github.ts";
import { standardWebhooks } from "../../lambdas/providers/standard-webhooks.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { type StandIns, standInVariables, startStandIns } from "../../local/aws/stand-ins.ts";
import { toSqsRecord } from "../../local/mapping/sqs-event.ts";
import { local } from "../../local/template.ts";
import { githubDelivery, httpEvent, secret } from "../core/deliveries.ts";
import { recordsTable } from "../records-table.ts";

// Both Lambdas as they are deployed, on the stack's own adapters, against the embedded services.
const TableName = "hookline";
const queueUrl = `https://sqs.${local.region}.${local.urlSuffix}/${local.account}/hookline-dev-`;
/** Nothing here is about time: a busy machine has all that it needs. */
const context = { getRemainingTimeInMillis: () => 600_000 } as Context;
/** GitHub's scheme around bodies that are arrays: one event per item, its `bytes` long. */
const batches = {
  ...github,
  answerWithinSeconds: 600,
  identity: "id" as const,
  events: ({ body }: { readonly body: Uint8Array }): readonly EventFields[] =>
    (parseJson(body) as { readonly id: string; readonly bytes?: number }[]).map(({ id, bytes = 1 }) => {
      return { id, type: "push", body: new Uint8Array(bytes).fill(120) };
    }),
};

const environment = { ...process.env };
let standIns: StandIns;
let sqs: SQSClient;

before(async () => {
  standIns = await startStandIns();
  Object.assign(process.env, standInVariables(standIns), {
    AWS_REGION: local.region,
    AWS_SECRET_ACCESS_KEY: "local",
    [names.stage]: "dev",
    [names.timeScale]: "100",
    // A spill is about time: on a busy machine it would take what the queue is slow to take.
    [names.sources]: JSON.stringify({ github: { spill: false } }),
    [names.table]: TableName,
    [names.bucket]: "claims",
    [names.queueUrlPrefix]: queueUrl,
    [names.secretPrefix]: "hookline/dev/",
  });
  sqs = new SQSClient({ ...clientFor(standIns.endpoints.sqs, standIns.accessKeyId), useQueueUrlAsEndpoint: false });
  const dynamoDb = new DynamoDBClient(clientFor(standIns.endpoints.dynamodb, standIns.accessKeyId));
  const s3 = new S3Client(clientFor(standIns.endpoints.s3, standIns.accessKeyId));
  const secrets = new SecretsManagerClient(clientFor(standIns.endpoints.secretsmanager, standIns.accessKeyId));
  await dynamoDb.send(new CreateTableCommand(recordsTable(TableName)));
  for (const name of ["many", "large", "work"]) {
    await sqs.send(
      new CreateQueueCommand({ QueueName: `hookline-dev-${name}`, Attributes: { VisibilityTimeout: "0" } }),
    );
  }
  await s3.send(new CreateBucketCommand({ Bucket: "claims" }));
  await secrets.send(new CreateSecretCommand({ Name: "hookline/dev/github", SecretString: secret }));
  for (const client of [dynamoDb, s3, secrets]) client.destroy();
});

after(async () => {
  sqs.destroy();
  await standIns.close();
  // One by one: under Deno another object in its place changes nothing.
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});

function verifierFor(queue: string) {
  const given = {
    providers: { github: batches },
    routes: [{ source: "github", types: ["push"], queue }],
    canary: standardWebhooks,
  };
  return withFacts(verifier({ ...ingressPorts(given), log: silent }), given);
}

async function ask(event: HttpEvent, queue = "many") {
  const answer = await verifierFor(queue)(event, context);
  assert.ok("statusCode" in answer, "it is an answer, and no facts");
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? "") };
}

async function deliver(queue: string, items: readonly object[]) {
  return await ask(httpEvent(githubDelivery({ body: JSON.stringify(items) }), false), queue);
}

/** Takes everything out of a queue. */
async function drain(queue: string): Promise<readonly Message[]> {
  const QueueUrl = `${queueUrl}${queue}`;
  const taken: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }),
    );
    if (Messages.length === 0) return taken;
    taken.push(...Messages);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

describe("the verifier on its adapters", () => {
  it("brings a batch of 1 000 events through in at most three deliveries, each event once", async (test) => {
    const items = Array.from({ length: 1000 }, (_, index) => ({ id: `item-${index}` }));
    let deliveries = 0;
    let answer: Awaited<ReturnType<typeof deliver>>;
    do {
      deliveries += 1;
      answer = await deliver("many", items);
    } while (answer.status === 503 && deliveries < 3);
    assert.equal(answer.status, 200);
    const ids = (await drain("many")).map(({ Body }) => fromEnvelope(Body ?? "")?.id);
    assert.equal(new Set(ids).size, 1000);
    test.diagnostic?.(`${ids.length} copies, ${deliveries} deliveries`);
    assert.equal(ids.length, 1000);
    const again = await deliver("many", items);
    assert.equal(again.status, 200);
    assert.deepEqual([again.body.outcome, again.body.ids.length], ["duplicate", 1000]);
    await drain("many");
  });

  it("chunks a batch by bytes and sends large items by way of the bucket", async () => {
    const sizes = [190_000, 190_000, 190_000, 190_000, 190_000, 190_000, 190_000, 700_000];
    const { status } = await deliver(
      "large",
      sizes.map((bytes, index) => ({ id: `sized-${index}`, bytes })),
    );
    assert.equal(status, 200);
    const events = (await drain("large")).map(({ Body }) => fromEnvelope(Body ?? ""));
    assert.equal(events.length, 8);
    assert.deepEqual(
      events.filter((event) => event !== undefined && "deposit" in event).map((event) => event?.id),
      ["sized-7"],
    );
  });

  it("adds no content type to an event whose delivery had none, in the queue or by way of the bucket", async () => {
    const typed = { id: "typed", bytes: 1 };
    await deliver("large", [typed]);
    assert.equal(fromEnvelope((await drain("large"))[0]?.Body ?? "")?.contentType, "application/json");
    const delivery = githubDelivery({
      body: JSON.stringify([{ id: "untold" }, { id: "untold-large", bytes: 700_000 }]),
    });
    delivery.headers.delete("content-type");
    assert.equal((await ask(httpEvent(delivery, false), "large")).status, 200);
    const events = (await drain("large")).map(({ Body }) => fromEnvelope(Body ?? ""));
    assert.deepEqual(events.map((event) => [event !== undefined && "deposit" in event, event?.contentType]).sort(), [
      [false, undefined],
      [true, undefined],
    ]);
  });
});

describe("the verifier's facts", () => {
  it("are answered to an invocation that asks for them: its code's and its environment's", async (t) => {
    process.env[names.archive] = "archive";
    t.after(() => delete process.env[names.archive]);
    assert.deepEqual(await verifierFor("many")(factsQuestion as unknown as HttpEvent, context), {
      sources: { github: "github" },
      routes: [{ source: "github", types: ["push"], queue: "many" }],
      ...{ table: TableName, bucket: "claims", archive: "archive" },
      settings: { github: { spill: false } },
      formats: { keys: "v1", envelope: "v1", replays: "v1" },
    });
    delete process.env[names.archive];
    const without = await verifierFor("many")(factsQuestion as unknown as HttpEvent, context);
    assert.ok(!("archive" in without));
  });

  it("are no answer to a request, whatever it holds: body, query and headers are verified as ever", async () => {
    const given = githubDelivery({ body: JSON.stringify([{ id: "asks", hookline: "facts" }]) });
    const headers = new Headers([...given.headers, ["hookline", "facts"]]);
    const event = httpEvent({ ...given, headers, url: `${given.url}?hookline=facts` }, false);
    assert.equal((await ask(event)).body.outcome, "accepted");
    assert.equal((await drain("many")).length, 1);
    const unsigned = { ...event, headers: { hookline: "facts" }, body: JSON.stringify(factsQuestion) };
    assert.equal((await ask(unsigned)).status, 401);
    // No entrance makes one; a REST API whose template is somebody's own could.
    assert.equal((await ask({ ...unsigned, ...factsQuestion } as HttpEvent)).status, 401);
  });
});

describe("a processor's Lambda on its adapters", () => {
  const ran: string[] = [];
  let failing = true;
  let lambda: QueueLambda;

  before(() => {
    const work = processor({ impact: "Nobody is harmed: a test", timeoutSeconds: 5 }, async ({ event, attempt }) => {
      if (failing) throw new Error("not yet");
      ran.push(`${event.id} of ${event.body.length} bytes, attempt ${attempt}`);
    });
    const ports = processingPorts();
    lambda = processorLambda("github/push", work, { ...ports, log: silent });
  });

  const receive = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: `${queueUrl}work`,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 30,
        MessageSystemAttributeNames: ["All"],
      }),
    );
    return Messages;
  };
  const queue = {
    queueArn: `arn:aws:sqs:${local.region}:${local.account}:hookline-dev-work`,
    region: local.region,
  };
  const run = (messages: readonly Message[]): Promise<SQSBatchResponse> =>
    lambda({ Records: messages.map((message) => toSqsRecord(message, queue)) }, context);

  /** The processing records by the id of their event. */
  const records = async () => {
    const dynamoDb = new DynamoDBClient(clientFor(standIns.endpoints.dynamodb, standIns.accessKeyId));
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName }));
    dynamoDb.destroy();
    const ofRuns = Items.filter(({ pk }) => pk?.S?.startsWith("ev#"));
    return new Map(ofRuns.map((item) => [/#id=(\w+)/.exec(item.pk?.S ?? "")?.[1] ?? "", item]));
  };

  it("reports a failed event, hides it for its back-off, then runs it once with the body from the bucket", async () => {
    assert.equal((await deliver("work", [{ id: "a" }, { id: "b", bytes: 700_000 }])).status, 200);
    const first = await receive();
    assert.equal(first.length, 2);
    const { batchItemFailures } = await run(first);
    assert.deepEqual(
      batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort(),
      first.map(({ MessageId }) => MessageId).sort(),
    );
    assert.deepEqual(await receive(), [], "both are hidden");
    const failed = await records();
    for (const [index, { Body = "" }] of first.entries()) {
      const { id = "", received } = fromEnvelope(Body) ?? {};
      const { st, at, nx, as } = failed.get(id) ?? {};
      assert.deepEqual([st?.S, at?.N], ["failed", `${received?.getTime()}`], `${index}`);
      const [run, ...more] = as?.L ?? [];
      assert.deepEqual([run?.M?.r?.S, more], ["Error: not yet", []]);
      const pause = Number(nx?.N) - Number(run?.M?.t?.N);
      assert.ok(pause >= 4000 && pause <= 10_000, `${pause} ms`);
    }

    failing = false;
    assert.deepEqual((await run(first)).batchItemFailures, []);
    assert.deepEqual(ran.sort(), ["a of 1 bytes, attempt 2", "b of 700000 bytes, attempt 2"]);
    assert.deepEqual((await run(first)).batchItemFailures, [], "a copy of what is done is acknowledged");
    assert.equal(ran.length, 2);
    for (const [id, { st, nx, as }] of await records()) {
      assert.deepEqual([st?.S, nx], ["done", undefined]);
      assert.deepEqual(as, failed.get(id)?.as, "what failed stays on the record");
    }
  });
});
