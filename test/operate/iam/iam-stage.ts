import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, SendMessageCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { dlqName, queueName } from "../../../infra/queue-names.ts";
import { createSpill } from "../../../lambdas/aws/s3/spill.ts";
import { toEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import type { StagePlaces } from "../../../operate/stage/find-stage.ts";
import { type Clients, createClients } from "../../../operate/stage/stage.ts";
import { fakeGithub } from "../endpoints/fake-apis.ts";
import { startFakeProvider } from "../endpoints/fake-provider.ts";
import { Bucket, pushed, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, type FakeStack, stackAnswers, verifierFacts } from "../stage-fixture.ts";
import { arnOf, type Call } from "./asked.ts";

export const names = {
  bucket: Bucket,
  table: TableName,
  verifier: "Hookline-dev-VerifierFunction0A1B2C3D",
  topic: arnOf("sns", "Hookline-dev-Alarms"),
};

type Answers = Readonly<Record<string, object | ((input: Readonly<Record<string, unknown>>) => object)>>;
type Step = (next: (args: never) => Promise<unknown>, context: { readonly commandName?: string }) => unknown;
type Stepped = { readonly middlewareStack: { add(step: never, options: never): void } };

/**
 * A stage on AWS, with data for every command: its queues, bucket, table and secrets are on this machine, and the answers of the other
 * services are given. The clients are the SDK's, and note each call.
 *
 * @param more Further facts of its stack, and further answers by command.
 */
export async function startStage(
  more: {
    readonly facts?: Partial<FakeStack>;
    readonly answers?: Answers;
    /** Answers in place of those about the stack, by which they are made. */
    readonly answersOf?: (stack: ReturnType<typeof stackAnswers>) => Answers;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "hookline-iam-"));
  const archive = await startArchive();
  const { accessKeyId, endpoints } = archive.standIns;
  const urls: Readonly<Record<string, string>> = endpoints;
  const settings = (service: string) => ({
    ...clientFor(urls[service] ?? "http://127.0.0.1:1", accessKeyId),
    ...(service === "sqs" ? { useQueueUrlAsEndpoint: false as const } : {}),
  });
  const sqs = new SQSClient(settings("sqs"));
  const secrets = new SecretsManagerClient(settings("secretsmanager"));
  const api = fakeGithub();
  const provider = await startFakeProvider(api);
  const entrance = createServer((request, response) => {
    request.resume();
    response.writeHead(request.url === "/canary" ? 200 : 401).end("{}");
  });
  await new Promise<void>((resolve) => entrance.listen(0, "127.0.0.1", resolve));

  const made = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  const QueueUrl = await made("hookline-dev-github-push");
  const dlq = await made("hookline-dlq-dev-github-push");
  await made("hookline-dev-archive");
  for (const { queue } of more.facts?.events ?? []) {
    for (const name of [queueName("dev", queue), dlqName("dev", queue)]) await made(name);
  }
  const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:hookline-dlq-dev-github-push";
  const Attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  for (const [source, SecretString] of Object.entries({ github: "one", stripe: "one", canary: "whsec_b25l" })) {
    await secrets.send(new CreateSecretCommand({ Name: `hookline/dev/${source}`, SecretString }));
  }
  await secrets.send(new CreateSecretCommand({ Name: "hookline-api/dev/github", SecretString: api.key }));
  await archive.write([pushed("kept", Date.now() - 60_000)]);
  await archive.s3.send(new PutObjectCommand({ Bucket, Key: "claims/github/1", Body: "{}" }));

  const calls: Call[] = [];
  const given = answersOf(`http://127.0.0.1:${(entrance.address() as AddressInfo).port}`, more.facts);
  Object.assign(given, more.answers, more.answersOf?.({ ...given } as ReturnType<typeof stackAnswers>));
  const note = (client: Stepped, service: string) => {
    const step: Step =
      (next, { commandName: command = "" }) =>
      async (args: { readonly input: never }) => {
        calls.push({ service, command, input: args.input });
        const answer = given[command];
        if (answer === undefined) return await next(args as never);
        return { output: typeof answer === "function" ? answer(args.input) : answer, response: {} };
      };
    client.middlewareStack.add(step as never, { step: "initialize" } as never);
  };
  const awsClients = (): Clients => {
    const clients = createClients(settings);
    const noted = new Set<unknown>();
    return {
      ...clients,
      of(service, Client) {
        const client = clients.of(service, Client);
        if (!noted.has(client)) note(client, service);
        noted.add(client);
        return client;
      },
    };
  };
  const places: StagePlaces = { folder, stages: {}, awsClients };

  return {
    places,
    folder,
    secrets,
    provider: provider.url,
    /** The calls since it was asked before. */
    calls: () => calls.splice(0),
    /** The function of a mapping, by the mapping's id. */
    functionOf: (uuid: string) => arnOf("lambda", `function:Hookline-dev-${uuid}`),
    /** Puts an event into the DLQ, whose body is in the bucket. */
    async bury(id: string): Promise<void> {
      const { body: _, ...event } = pushed(id, Date.now() - 60_000);
      const MessageBody = toEnvelope({ ...event, deposit: "claims/github/1" });
      await sqs.send(new SendMessageCommand({ QueueUrl: dlq, MessageBody }));
    },
    /** Puts an event wherever an erasure finds one: archive, spill, DLQ, a record with an error's text. */
    async scatter(id: string): Promise<void> {
      const event = pushed(id, Date.now() - 60_000);
      await archive.write([event]);
      await createSpill(Bucket, async () => archive.s3).put("github-push", event);
      await this.bury(id);
      const Item = { pk: { S: `ev#github/push#github#v1#id=${id}` }, le: { S: "Error: no route" } };
      await archive.dynamoDb.send(new PutItemCommand({ TableName, Item }));
    },
    async close() {
      sqs.destroy();
      secrets.destroy();
      entrance.close();
      entrance.closeAllConnections();
      await provider.close();
      await archive.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The answers of the services that have no stand-in, by command. */
function answersOf(url: string, facts: Partial<FakeStack> = {}): Answers {
  return {
    ...stackAnswers({
      ...{
        stage: "dev",
        sources: { github: "github", stripe: "stripe" },
        events: [deployed("github/push")],
        replays: true,
        allowSend: true,
      },
      ...facts,
      outputs: {
        ...{ FunctionUrl: url, TableName, BucketName: Bucket },
        ...{ VerifierName: names.verifier, AlarmTopic: names.topic },
        ...facts.outputs,
      },
    }),
    DescribeAlarmsCommand: { MetricAlarms: [] },
    ListDashboardsCommand: {},
    DescribeLogGroupsCommand: {},
    DescribeSecretCommand: {},
    DescribeStackEventsCommand: {},
    GetMetricDataCommand: { MetricDataResults: [{ Id: "m0", Values: [2, 3] }] },
    GetPolicyCommand: { Policy: "{}" },
    GetAccountSettingsCommand: { AccountLimit: { UnreservedConcurrentExecutions: 1000 } },
    GetAliasCommand: { FunctionVersion: "6", RevisionId: "1" },
    ListVersionsByFunctionCommand: { Versions: ["1", "2", "3", "4", "5", "6"].map((Version) => ({ Version })) },
    InvokeCommand: { Payload: new TextEncoder().encode(JSON.stringify(verifierFacts([deployed("github/push")]))) },
    UpdateAliasCommand: {},
    GetFunctionConfigurationCommand: { Runtime: "nodejs24.x" },
    ListEventSourceMappingsCommand: { EventSourceMappings: [{ UUID: "github-push", State: "Enabled" }] },
    UpdateEventSourceMappingCommand: {},
    ListSubscriptionsByTopicCommand: { Subscriptions: [] },
    StartQueryCommand: { queryId: "1" },
    GetQueryResultsCommand: { status: "Complete", results: [] },
  };
}
