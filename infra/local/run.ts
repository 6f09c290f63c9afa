import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { providers } from "../../lambdas/providers/mod.ts";
import type { EventFile } from "../event-files.ts";
import { dlqName, queueName } from "../event-pipeline.ts";
import { watchAlarms } from "./alarms.ts";
import { startEventSourceMapping } from "./event-source-mapping.ts";
import { createDoor } from "./http-door.ts";
import { createLambdaFunction, type LambdaFunction } from "./lambda-runtime.ts";
import type { LocalLine } from "./lines.ts";
import type { LocalRun, LocalSource } from "./local-run.ts";
import { provision } from "./provision.ts";
import { newSecret } from "./secret-value.ts";
import { clientFor, endpointVariables, startServices } from "./services.ts";
import { local, nameOf, type Resource, readStack } from "./template.ts";

export type RunOptions = {
  /** The cloud assembly, and the stack in it that is run. */
  readonly assembly: string;
  readonly stack: string;
  readonly stage: string;
  readonly events: readonly EventFile[];
  /** The provider of each source, by name. */
  readonly sources: Readonly<Record<string, string>>;
  /** The port of the function URL; 0 or absent: any. The API takes the next free one. */
  readonly port?: number;
  readonly log: (report: LocalLine) => void;
};

/** A running stack. */
export type LocalStack = {
  readonly run: LocalRun;
  /** Has the processor of an event file (`<source>/<type>`) go on with another bundle. */
  replaceProcessor(name: string, folder: string): Promise<void>;
  /** The processes of its functions, by the function's name. */
  pids(): Readonly<Record<string, readonly number[]>>;
  close(): Promise<void>;
};

/** Runs what the template of a synthesized stack says, on 127.0.0.1: nothing else is wired by hand. */
export async function runStack(options: RunOptions): Promise<LocalStack> {
  const resources = readStack(options.assembly, options.stack);
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const services = await startServices();
    closing.push(() => services.close());
    await provision(resources, services.endpoints);
    const sqs = new SQSClient({ ...clientFor(services.endpoints.sqs), useQueueUrlAsEndpoint: false });
    closing.push(async () => sqs.destroy());

    const functions = startFunctions(resources, services.endpoints, options);
    closing.push(async () => void (await Promise.all(Array.from(functions.values(), (lambda) => lambda.close()))));
    const functionUrl = await openFunctionUrl(resources, functions, options.port ?? 0, closing);
    const apiUrl = await openApi(resources, functions, Number(new URL(functionUrl).port), options.port ?? 0, closing);
    const sources = await describeSources(options, services.endpoints, functionUrl);

    const alarms = watchAlarms(resources, {
      sqs,
      sqsUrl: services.endpoints.sqs,
      log: (line) => options.log({ from: "alarm", line }),
    });
    closing.push(() => alarms.close());
    for (const mapping of ofType(resources, "AWS::Lambda::EventSourceMapping")) {
      closing.push(startMapping(mapping, functions, sqs, options));
    }
    const table = ofType(resources, "AWS::DynamoDB::Table").map(nameOf)[0] ?? "";
    const { endpoints } = services;
    return {
      run: {
        pid: process.pid,
        stage: options.stage,
        region: local.region,
        functionUrl,
        apiUrl,
        endpoints,
        table,
        sources,
      },
      async replaceProcessor(name, folder) {
        const queue = options.events.find((event) => event.name === name)?.queue ?? "";
        const arn = queueArn(queueName(options.stage, queue));
        const mapping = ofType(resources, "AWS::Lambda::EventSourceMapping").find(
          (found) => found.properties.EventSourceArn === arn,
        );
        if (mapping === undefined) throw new TypeError(`Cannot replace processor ${name}: the stack has none`);
        await functionOf(functions, String(mapping.properties.FunctionName)).replace(folder);
      },
      pids: () => Object.fromEntries(Array.from(functions, ([name, lambda]) => [name, lambda.pids()])),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startFunctions(
  resources: readonly Resource[],
  endpoints: LocalRun["endpoints"],
  options: RunOptions,
): ReadonlyMap<string, LambdaFunction> {
  return new Map(
    ofType(resources, "AWS::Lambda::Function").map((resource) => {
      const { properties, asset } = resource;
      if (asset === undefined) throw new TypeError(`Cannot run function ${resource.id}: the template names no asset`);
      const name = nameOf(resource);
      const environment = properties.Environment as
        | { readonly Variables?: Readonly<Record<string, string>> }
        | undefined;
      const lambda = createLambdaFunction(
        {
          name,
          version: "1",
          directory: asset,
          entry: String(properties.Handler),
          timeoutSeconds: Number(properties.Timeout),
          memoryMegabytes: Number(properties.MemorySize),
          environment: { ...environment?.Variables, ...endpointVariables(endpoints), AWS_REGION: local.region },
        },
        { log: (line) => options.log({ from: "lambda", line }) },
      );
      return [name, lambda] as const;
    }),
  );
}

async function openFunctionUrl(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  port: number,
  closing: (() => Promise<void>)[],
): Promise<string> {
  const [url] = ofType(resources, "AWS::Lambda::Url");
  if (url === undefined) throw new TypeError("Cannot run the stack: it has no function URL");
  const lambda = functionOf(functions, String(url.properties.TargetFunctionArn));
  return await open(
    createDoor({ invoke: lambda.invoke, kind: "function-url", host: "local.lambda-url" }),
    port,
    closing,
  );
}

async function openApi(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  functionUrlPort: number,
  askedPort: number,
  closing: (() => Promise<void>)[],
): Promise<string> {
  const [integration] = ofType(resources, "AWS::ApiGatewayV2::Integration");
  if (integration === undefined) throw new TypeError("Cannot run the stack: its HTTP API leads nowhere");
  const lambda = functionOf(functions, String(integration.properties.IntegrationUri));
  const routes = ofType(resources, "AWS::ApiGatewayV2::Route").map((route) => String(route.properties.RouteKey));
  const door = createDoor({ invoke: lambda.invoke, kind: "http-api", routes, host: "local.execute-api" });
  if (askedPort === 0) return await open(door, 0, closing);
  for (let port = functionUrlPort + 1; port < functionUrlPort + 100; port += 1) {
    try {
      return await open(door, port, closing);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new RangeError(`Cannot open the HTTP API: no port from ${functionUrlPort + 1} on is free`);
}

async function open(listener: RequestListener, port: number, closing: (() => Promise<void>)[]): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Whether an error says that a port is in use. */
export function isTaken(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === "EADDRINUSE";
}

function startMapping(
  { properties }: Resource,
  functions: ReadonlyMap<string, LambdaFunction>,
  sqs: SQSClient,
  options: RunOptions,
): () => Promise<void> {
  const queueArn = String(properties.EventSourceArn);
  const lambda = functionOf(functions, String(properties.FunctionName));
  const scaling = properties.ScalingConfig as { readonly MaximumConcurrency?: number } | undefined;
  const responses = (properties.FunctionResponseTypes ?? []) as readonly string[];
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: `https://sqs.${local.region}.${local.urlSuffix}/${local.account}/${queueArn.split(":").at(-1)}`,
    queueArn,
    region: local.region,
    batchSize: Number(properties.BatchSize ?? 10),
    batchWindowSeconds: Number(properties.MaximumBatchingWindowInSeconds ?? 0),
    maxConcurrency: scaling?.MaximumConcurrency ?? 5,
    reportBatchItemFailures: responses.includes("ReportBatchItemFailures"),
    invoke: (event) => lambda.invoke(event),
    log: ({ kind, text }) => options.log({ from: "run", text: `mapping of ${lambda.name}: ${kind} ${text}` }),
  });
  return () => mapping.close();
}

/** Writes each source a fresh secret, as an operator would with the CLI, and says where everything is. */
async function describeSources(
  options: RunOptions,
  endpoints: LocalRun["endpoints"],
  functionUrl: string,
): Promise<Readonly<Record<string, LocalSource>>> {
  const client = new SecretsManagerClient(clientFor(endpoints.secretsmanager));
  const described: Record<string, LocalSource> = {};
  for (const [source, name] of Object.entries(options.sources)) {
    const provider = providers[name];
    if (provider === undefined) throw new TypeError(`Cannot run source ${source}: there is no provider "${name}"`);
    const secret = newSecret(provider);
    const SecretId = `hookline/${options.stage}/${source}`;
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: secret.secret }));
    const queues = options.events
      .filter((event) => event.source === source)
      .map(({ type, queue }) => {
        const at = (queueOrDlq: string) => `${endpoints.sqs}/${local.account}/${queueOrDlq}`;
        return [type, { queue: at(queueName(options.stage, queue)), dlq: at(dlqName(options.stage, queue)) }] as const;
      });
    described[source] = {
      provider: name,
      url: `${functionUrl}/${source}`,
      ...secret,
      queues: Object.fromEntries(queues),
    };
  }
  client.destroy();
  return described;
}

function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}

/** By name or by any ARN of it, qualified or not. */
function functionOf(functions: ReadonlyMap<string, LambdaFunction>, nameOrArn: string): LambdaFunction {
  const name = nameOrArn.startsWith("arn:") ? nameOrArn.split(":")[6] : nameOrArn;
  const found = functions.get(name ?? "");
  if (found === undefined)
    throw new TypeError(`Cannot run the stack: it names a function "${nameOrArn}" that is not there`);
  return found;
}

function queueArn(name: string): string {
  return `arn:${local.partition}:sqs:${local.region}:${local.account}:${name}`;
}
