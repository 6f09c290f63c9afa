import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { buffer } from "node:stream/consumers";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { archiveQueue } from "../../infra/queue-names.ts";
import { archiveLambda } from "../../lambdas/archive.ts";
import { names } from "../../lambdas/aws/env.ts";
import { archivePorts, ingressPorts, processingPorts } from "../../lambdas/aws/ports.ts";
import { processor } from "../../lambdas/core/processing/processor.ts";
import { processorLambda } from "../../lambdas/processor.ts";
import { github } from "../../lambdas/providers/github.ts";
import { standardWebhooks } from "../../lambdas/providers/standard-webhooks.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { standInVariables, startStandIns } from "../../local/aws/stand-ins.ts";
import type { Reach } from "../../local/local-run.ts";
import { startEventSourceMapping } from "../../local/mapping/event-source-mapping.ts";
import { toSqsRecord } from "../../local/mapping/sqs-event.ts";
import { local } from "../../local/template.ts";
import { answering } from "../answering.ts";
import { githubDelivery, httpEvent, secret } from "../core/deliveries.ts";
import { recordsTable } from "../records-table.ts";

/** Requests by operation: `PutItem`, `SendMessage`; of S3 by method: `S3 PUT`. A receive counts where it brings something. */
export type Requests = Readonly<Record<string, number>>;

/** A verifier and a processor on their real adapters, and what they ask of AWS. */
export type Measured = {
  deliver(id: string, bytes: number): Promise<number | undefined>;
  /** Posts a body that nobody signed. */
  refuse(bytes: number): Promise<number | undefined>;
  /** Has the processor take everything, so many at a time; resolves when so many events are done. */
  processAll(count: number, batchSize: number): Promise<void>;
  /** Has the archive's function store what is in its queue, ten at most; how many there were. */
  archiveAll(): Promise<number>;
  /** The requests since the last call. */
  requests(): Requests;
  /** The bytes of log lines since the last call. */
  logBytes(): number;
  /** The bytes of every record, by the first letters of its key: names and values. */
  recordBytes(): Promise<Readonly<Record<"in" | "ev", readonly number[]>>>;
  close(): Promise<void>;
};

const context = { getRemainingTimeInMillis: () => 70_000 } as Context;
const TableName = "Costs";
const queue = "hookline-dev-work";

/** @param archive Whether every event goes to the archive's queue, too. @param fails Whether every run does. */
export async function measure({ archive = false, fails = false } = {}): Promise<Measured> {
  const standIns = await startStandIns();
  const counted = new Map<string, number>();
  const proxies = await Promise.all(
    Object.entries(standIns.endpoints).map(async ([name, url]) => [name, await countRequests(url, counted)] as const),
  );
  const endpoints = Object.fromEntries(
    proxies.map(([name, proxy]) => [name, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`]),
  ) as typeof standIns.endpoints;
  const { accessKeyId } = standIns;
  await provision(standIns);
  const variables = {
    ...standInVariables({ endpoints, accessKeyId }),
    AWS_REGION: local.region,
    AWS_SECRET_ACCESS_KEY: "local",
    [names.table]: TableName,
    [names.bucket]: "claims",
    [names.queueUrlPrefix]: `https://sqs.${local.region}.${local.urlSuffix}/${local.account}/hookline-dev-`,
    [names.secretPrefix]: "hookline/dev/",
    [names.stage]: "dev",
    // As Lambda sets it for each invocation: log lines have it.
    _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0",
    ...(archive ? { [names.archive]: archiveQueue } : {}),
  };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  let logged = 0;
  /** Counts the lines that a function writes, and keeps them from the test's own output. */
  const counting = async <T>(work: () => Promise<T>): Promise<T> => {
    const { write } = process.stdout;
    process.stdout.write = ((chunk: string | Uint8Array, ...given: never[]) => {
      if (typeof chunk !== "string" || !chunk.startsWith("{")) return write.call(process.stdout, chunk, ...given);
      // Ages of events are written above half a second, which a slow machine reaches.
      logged += Buffer.byteLength(
        chunk.replace(/,?(\{"Name":)?"(Queued|Oldest)Seconds"(,"Unit":"Seconds"\}|:\d+)/g, ""),
      );
      return true;
    }) as typeof write;
    try {
      return await work();
    } finally {
      process.stdout.write = write;
    }
  };
  const routes = [{ source: "github", types: ["push"], queue: "work" }];
  const ingress = ingressPorts({ providers: { github }, routes, canary: standardWebhooks });
  const receive = ingress.measured(verifier(ingress));
  const work = processor({ impact: "Nobody is harmed: a test" }, async () => {
    if (fails) throw new Error("the shop that this event is for cannot be reached: it answered 503");
  });
  const processing = processingPorts();
  const run = processing.measured(processorLambda("github/push", work, processing));
  const store = archiveLambda(archivePorts());
  const bodyOf = (bytes: number) => JSON.stringify({ padding: "x".repeat(bytes) });
  const post = async (given: Parameters<typeof githubDelivery>[0]) =>
    (await counting(() => receive(httpEvent(githubDelivery(given), false), context))).statusCode;
  const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
  const dynamoDb = new DynamoDBClient(clientFor(standIns.endpoints.dynamodb, accessKeyId));
  return {
    // As long as a UUID, which most providers' ids are.
    deliver: (id, bytes) => post({ id: id.padEnd(36, "0"), body: bodyOf(bytes) }),
    refuse: (bytes) => post({ id: "junk", body: bodyOf(bytes), secret: "of nobody" }),
    async processAll(count, batchSize) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let left = count;
      const mapping = startEventSourceMapping({
        sqs,
        queueUrl: `${standIns.endpoints.sqs}/${local.account}/${queue}`,
        queueArn: `arn:aws:sqs:${local.region}:${local.account}:${queue}`,
        region: local.region,
        batchSize,
        batchWindowSeconds: 0,
        queueVisibilitySeconds: 30,
        functionTimeoutSeconds: 30,
        maxConcurrency: 1,
        reportBatchItemFailures: true,
        async invoke(event) {
          const payload = await counting(() => run(event, context));
          left -= event.Records.length;
          if (left <= 0) resolve();
          return { ok: true, payload };
        },
        endPolls: () => standIns.endPolls(queue),
        log() {},
      });
      await promise;
      await mapping.close();
    },
    async archiveAll() {
      const QueueUrl = `${standIns.endpoints.sqs}/${local.account}/hookline-dev-${archiveQueue}`;
      const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ["All"] });
      const { Messages = [] } = await standIns.queueCalls.send(command);
      const Records = Messages.map((message) =>
        toSqsRecord(message, { queueArn: `arn:aws:sqs:${local.region}:${local.account}:x`, region: local.region }),
      );
      await counting(() => store({ Records }));
      return Records.length;
    },
    requests() {
      const all = Object.fromEntries([...counted].sort());
      counted.clear();
      return all;
    },
    logBytes() {
      const all = logged;
      logged = 0;
      return all;
    },
    async recordBytes() {
      const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName }));
      const sizes = (kind: string) =>
        Items.filter(({ pk }) => pk?.S?.startsWith(`${kind}#`)).map((item) =>
          Object.entries(item).reduce((sum, [name, { S, N, L }]) => {
            return sum + name.length + (S ?? N ?? JSON.stringify(L)).length;
          }, 0),
        );
      return { in: sizes("in"), ev: sizes("ev") };
    },
    async close() {
      sqs.destroy();
      dynamoDb.destroy();
      for (const [, proxy] of proxies) {
        proxy.close();
        proxy.closeAllConnections();
      }
      await standIns.close();
      // One by one: under Deno another object in its place changes nothing.
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}

async function provision({ endpoints, accessKeyId }: Reach): Promise<void> {
  const dynamoDb = new DynamoDBClient(clientFor(endpoints.dynamodb, accessKeyId));
  const s3 = new S3Client(clientFor(endpoints.s3, accessKeyId));
  const secrets = new SecretsManagerClient(clientFor(endpoints.secretsmanager, accessKeyId));
  const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
  await dynamoDb.send(new CreateTableCommand(recordsTable(TableName)));
  for (const QueueName of [queue, `hookline-dev-${archiveQueue}`])
    await sqs.send(new CreateQueueCommand({ QueueName }));
  await s3.send(new CreateBucketCommand({ Bucket: "claims" }));
  await secrets.send(new CreateSecretCommand({ Name: "hookline/dev/github", SecretString: secret }));
  for (const client of [dynamoDb, s3, secrets, sqs]) client.destroy();
}

/** Stands before a service and counts what it is asked. */
async function countRequests(url: string, counted: Map<string, number>): Promise<Server> {
  const server = answering(async (request, response) => {
    const { method = "GET", headers } = request;
    const body = await buffer(request);
    const passed = Object.entries(headers).filter(
      ([name]) => !/^(connection|content-length|transfer-encoding|expect|host)$/.test(name),
    );
    const answer = await fetch(`${url}${request.url}`, {
      method,
      headers: passed.map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length > 0 ? { body } : {}),
    }).catch(() => undefined);
    if (answer === undefined) return response.destroy();
    const bytes = Buffer.from(await answer.arrayBuffer());
    const target = String(headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1);
    const name = target === "" ? `S3 ${method}` : (target ?? "");
    const isIdle = name === "ReceiveMessage" && !bytes.includes('"Messages"');
    if (!isIdle) counted.set(name, (counted.get(name) ?? 0) + 1);
    for (const [key, value] of answer.headers) {
      if (!/^(connection|content-length|transfer-encoding|content-encoding)$/.test(key)) response.setHeader(key, value);
    }
    return response.writeHead(answer.status).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
