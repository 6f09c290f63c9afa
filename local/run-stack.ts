import process from "node:process";
import { queueName } from "../infra/queue-names.ts";
import { canarySource } from "../lambdas/aws/canary-source.ts";
import { names } from "../lambdas/aws/env.ts";
import { watchAlarms } from "./alarms.ts";
import { createLogCounts, type LogCounts, serveLogCounts } from "./aws/log-counts.ts";
import { provision } from "./aws/provision.ts";
import { type StandIns, startStandIns } from "./aws/stand-ins.ts";
import { reportDeliveries } from "./entrances/deliveries.ts";
import { startDocuments } from "./entrances/documents.ts";
import { openApi, openFunctionUrl } from "./entrances/entrances.ts";
import { createKeptDeliveries, serveKeptDeliveries } from "./entrances/kept-deliveries.ts";
import { isProbe } from "./entrances/probe.ts";
import { explainRefusals } from "./entrances/refusals.ts";
import { functionOf, startFunctions } from "./lambda/functions.ts";
import { type LambdaFunction, processesPerFunction } from "./lambda/lambda-runtime.ts";
import type { LocalRun } from "./local-run.ts";
import { type EventSourceMapping, startEventSourceMapping } from "./mapping/event-source-mapping.ts";
import { withFastRetries } from "./mapping/fast-retries.ts";
import { openMappings, type RunningMapping } from "./mapping/mappings-endpoint.ts";
import { withShortWindows } from "./mapping/short-windows.ts";
import { makeOutboxFolder } from "./outbox-folder.ts";
import type { RunOptions } from "./run-options.ts";
import { type Schedules, startSchedules } from "./schedules.ts";
import { describeSources } from "./source-secrets.ts";
import { local, nameOf, ofType, type Resource, readStack } from "./template.ts";

/** A running stack. */
export type LocalStack = {
  /** The facts of the run as they are now. */
  readonly run: LocalRun;
  /**
   * Goes on with a stack that was synthesized anew: its new queues, secrets, functions and mappings are started, and the verifier
   * has its new code. Everything that is there stays, secrets and what is queued too.
   */
  update(synthesized: Synthesized): Promise<void>;
  /** Has the processor of an event file (`<source>/<type>`) go on with another bundle. */
  replaceProcessor(name: string, folder: string): Promise<void>;
  /** Takes the table away, its state kept; returns what brings it back. To try what an outage does. */
  readonly tableAway: StandIns["tableAway"];
  /** Makes the queues fail and keep their messages. Returns a function that ends the outage. */
  readonly queuesAway: StandIns["queuesAway"];
  /** Invokes what a schedule invokes, now: to try what comes in minutes. */
  readonly runSchedules: Schedules["run"];
  /** Counts of the lines that its verifier has logged so far. */
  counts(): LogCounts;
  /** The processor (`<source>/<type>`) of a function, by the function's name. */
  readonly processors: Readonly<Record<string, string>>;
  /** The processes of its functions, by the function's name. */
  pids(): Readonly<Record<string, readonly number[]>>;
  close(): Promise<void>;
};

/** The parts of a run that another synth can change. */
type Synthesized = Pick<RunOptions, "assembly" | "events" | "sources">;

/** Runs what the template of a synthesized stack says, on 127.0.0.1: nothing else is wired by hand. */
export async function runStack(options: RunOptions): Promise<LocalStack> {
  const read = ({ assembly }: Pick<Synthesized, "assembly">) => {
    const declared = withShortWindows(readStack(assembly, options.stack));
    return options.fastRetries ? withFastRetries(declared) : declared;
  };
  const resources = read(options);
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const standIns = await startStandIns(options);
    closing.push(() => standIns.close());
    await provision(resources, standIns);
    const outbox = makeOutboxFolder();
    closing.push(async () => outbox.close());
    const logCounts = createLogCounts();
    const log: RunOptions["log"] = (report) => {
      if (report.from === "lambda") logCounts.add(report.line);
      options.log(report);
    };
    const counts = await serveLogCounts(logCounts.counts);
    closing.push(() => counts.close());
    const kept = createKeptDeliveries();
    const deliveries = await serveKeptDeliveries(kept);
    closing.push(() => deliveries.close());
    const functions = startFunctions({ log, outbox: outbox.path, ...standIns });
    functions.add(resources);
    closing.push(async () => void (await Promise.all(Array.from(functions.values(), (lambda) => lambda.close()))));
    const documents = await startDocuments();
    closing.push(() => documents.close());
    let sources: LocalRun["sources"] = {};
    const say = (text: string) => options.log({ from: "run", text });
    const { onRefused } = options;
    const refusals = { sources: () => sources, fetch: documents.fetch, say };
    const entered = new Map(
      Array.from(functions, ([name, lambda]) => {
        const explained =
          onRefused === undefined ? lambda.invoke : explainRefusals(lambda.invoke, { ...refusals, onRefused });
        const reported = reportDeliveries(explained, (delivery, event) => {
          // Nobody waits for what the stage posts to itself.
          if (delivery.source === canarySource) return;
          if (!isProbe(event)) kept.add(delivery, event);
          options.log({ from: "delivery", delivery });
        });
        return [name, { ...lambda, invoke: reported }] as const;
      }),
    );
    const functionUrl = await openFunctionUrl(resources, entered, options.port ?? 0, closing);
    const apiUrl = await openApi(resources, entered, Number(new URL(functionUrl).port), options.port ?? 0, closing);
    const describe = async (all: readonly Resource[], given: Synthesized) => {
      const described = { ...options, ...given };
      sources = await describeSources(described, standIns, functionUrl, documents.publish);
      functions.tell({
        [names.keysEndpoint]: documents.url,
        [names.entrances]: [functionUrl, apiUrl].filter((url) => url !== "").join(" "),
        // The stand-ins share one machine with the functions, and a slow one is no outage.
        [names.timeScale]: "5",
        [names.sources]: JSON.stringify(withUrls(all, sources)),
      });
    };
    await describe(resources, options);

    const alarms = watchAlarms(resources, {
      sqs: standIns.queueCalls,
      sqsUrl: standIns.endpoints.sqs,
      log: (line) => options.log({ from: "alarm", line }),
    });
    closing.push(() => alarms.close());
    const mappings: RunningMapping[] = [];
    const processors: Record<string, string> = {};
    let { events } = options;
    const startMappings = (all: readonly Resource[]) => {
      for (const resource of ofType(all, "AWS::Lambda::EventSourceMapping")) {
        if (mappings.some((one) => one.queueArn === resource.properties.EventSourceArn)) continue;
        const running = startMapping(resource, all, functions, { ...options, standIns });
        closing.push(() => running.mapping.close());
        mappings.push(running);
        const event = events.find(({ queue }) => queueArn(queueName(options.stage, queue)) === running.queueArn);
        if (event !== undefined) processors[functionOf(functions, running.functionArn).name] = event.name;
      }
    };
    startMappings(resources);
    const schedules = startSchedules(resources, functions, options.log);
    closing.push(async () => schedules.close());
    const lambda = await openMappings(mappings, standIns.accessKeyId, functions);
    const [url] = ofType(resources, "AWS::Lambda::Url");
    const verifier = functionOf(functions, String(url?.properties.TargetFunctionArn)).name;
    closing.push(() => lambda.close());
    const table = variableOf(resources, names.table) ?? "";
    const bucket = variableOf(resources, names.bucket) ?? "";
    const { endpoints, accessKeyId } = standIns;
    return {
      get run() {
        return {
          pid: process.pid,
          stage: options.stage,
          region: local.region,
          functionUrl,
          apiUrl,
          endpoints,
          accessKeyId,
          lambda: lambda.url,
          verifier,
          counts: counts.url,
          deliveries: deliveries.url,
          outbox: outbox.path,
          table,
          bucket,
          sources,
          events,
        };
      },
      async update(synthesized) {
        const all = read(synthesized);
        await provision(all, standIns);
        const others = functions.add(all).filter(({ name }) => !Object.hasOwn(processors, name));
        events = synthesized.events;
        await describe(all, synthesized);
        startMappings(all);
        // Last: an event is routed once somebody takes from its queue.
        await Promise.all(others.map(({ name, directory }) => functionOf(functions, name).replace(directory)));
      },
      processors,
      async replaceProcessor(name, folder) {
        const [functionName] = Object.entries(processors).find(([, processor]) => processor === name) ?? [];
        if (functionName === undefined) throw new TypeError(`Cannot replace processor ${name}: the stack has none`);
        await functionOf(functions, functionName).replace(folder);
      },
      tableAway: standIns.tableAway,
      queuesAway: standIns.queuesAway,
      runSchedules: schedules.run,
      counts: logCounts.counts,
      pids: () => Object.fromEntries(Array.from(functions, ([name, lambda]) => [name, lambda.pids()])),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The stage's settings of its sources, each registered under its address on this machine. */
function withUrls(resources: readonly Resource[], sources: LocalRun["sources"]) {
  const settings: Readonly<Record<string, object>> = JSON.parse(variableOf(resources, names.sources) ?? "{}");
  const located = Object.entries(sources).map(([name, { url }]) => [name, { ...settings[name], registeredUrl: url }]);
  return Object.fromEntries(located);
}

/** The value of a variable in the environment of the first function that has it. */
function variableOf(resources: readonly Resource[], name: string): string | undefined {
  const [value] = ofType(resources, "AWS::Lambda::Function").flatMap(({ properties }) => {
    const { Variables = {} } = (properties.Environment ?? {}) as { readonly Variables?: Record<string, string> };
    return Variables[name] ?? [];
  });
  return value;
}

function startMapping(
  { properties }: Resource,
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  { standIns, log }: Pick<RunOptions, "log"> & { readonly standIns: StandIns },
): RunningMapping & { readonly mapping: EventSourceMapping } {
  const queueArn = String(properties.EventSourceArn);
  const name = nameIn(queueArn);
  const lambda = functionOf(functions, String(properties.FunctionName));
  const [queue] = ofType(resources, "AWS::SQS::Queue").filter((one) => nameOf(one) === name);
  const [declared] = ofType(resources, "AWS::Lambda::Function").filter((one) => nameOf(one) === lambda.name);
  const scaling = properties.ScalingConfig as { readonly MaximumConcurrency?: number } | undefined;
  const responses = (properties.FunctionResponseTypes ?? []) as readonly string[];
  const mapping = startEventSourceMapping({
    sqs: standIns.queueCalls,
    queueUrl: `https://sqs.${local.region}.${local.urlSuffix}/${local.account}/${name}`,
    queueArn,
    region: local.region,
    batchSize: Number(properties.BatchSize ?? 10),
    batchWindowSeconds: Number(properties.MaximumBatchingWindowInSeconds ?? 0),
    queueVisibilitySeconds: Number(queue?.properties.VisibilityTimeout ?? 30),
    functionTimeoutSeconds: Number(declared?.properties.Timeout ?? 3),
    // A batch beyond that would wait for a process, and use up its visibility timeout.
    maxConcurrency: Math.min(scaling?.MaximumConcurrency ?? 5, processesPerFunction),
    reportBatchItemFailures: responses.includes("ReportBatchItemFailures"),
    invoke: (event) => lambda.invoke(event),
    endPolls: () => standIns.endPolls(name),
    log: ({ kind, text }) => log({ from: "run", text: `mapping of ${lambda.name}: ${kind} ${text}` }),
  });
  return { queueArn, functionArn: String(properties.FunctionName), mapping };
}

function nameIn(arn: string): string {
  return arn.split(":").at(-1) ?? "";
}

function queueArn(name: string): string {
  return `arn:${local.partition}:sqs:${local.region}:${local.account}:${name}`;
}
