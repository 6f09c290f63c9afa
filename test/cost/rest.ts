import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../infra/app.ts";
import { type EventFile, queueSuffix } from "../../infra/build/event-files.ts";
import { names } from "../../lambdas/aws/env.ts";
import { resolveOptions } from "../../lambdas/core/processing/processor-options.ts";
import { assumed } from "./bill.ts";
import { bytes, counts } from "./counts.ts";
import { priceOf } from "./prices.ts";

type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

/** What a stage has that costs at rest. */
export type Rest = {
  readonly queues: number;
  readonly secrets: number;
  /** Metrics that alarms watch; at least one each. */
  readonly watched: number;
  readonly compositeAlarms: number;
  readonly customMetrics: number;
  readonly dashboards: number;
  /** Whether a canary posts each 5 minutes, and to how many entrances. */
  readonly canary: number;
};

/** Each of Lambda's pollers asks its queue so often a month, by polls of 20 s. */
const pollsOfPoller = 3 * 60 * 24 * 30;

/**
 * A queue whose mapping has a limit is polled by five. Lambda may go down to two where there is none.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const pollsAMonth = 5 * pollsOfPoller;

/** What the polls of an idle queue cost a month, in USD: with `maxConcurrency`, and at least without. */
export const idleQueue = {
  limited: priceOf("sqs", pollsAMonth),
  unlimited: priceOf("sqs", 2 * pollsOfPoller),
} as const;

/** Runs of a schedule a month. The drain's lists the spill, and takes 0.1 s of 512 MB. */
export const runs = 12 * 24 * 30;

/** What the canary's runs cost a month: a signed and a forged post to each entrance, one of them through the HTTP API. */
function canaryBill(entrances: number): number {
  if (entrances === 0) return 0;
  const [signed, posts] = [runs * entrances, 2 * runs * entrances];
  const { accepted, secrets } = counts;
  // The verifier has read the secrets before, and reads them again for the forged one; the canary reads its own.
  const reads = runs * (2 * secrets.GetSecretValue + 1);
  const seconds = (posts * assumed.verifierMilliseconds * (assumed.verifierMegabytes / 1024)) / 1000;
  return (
    priceOf("secretCall", reads) +
    priceOf("lambdaRequest", posts + runs) +
    priceOf("lambdaArm", seconds + runs * canaryRun.seconds * canaryRun.gigabytes) +
    priceOf("httpApi", posts / entrances) +
    priceOf("dynamoDbWrite", signed * (accepted.PutItem + accepted.UpdateItem)) +
    priceOf("sqs", signed * accepted.SendMessageBatch) +
    priceOf("logs", signed * bytes.verifierLog + signed * bytes.refusedLog)
  );
}

/** Assumed: it waits for its answers. */
const canaryRun = { seconds: 0.4, gigabytes: 0.25 } as const;

/** One thing that costs at rest: how many of it there are, and what they cost, in USD a month. */
type RestItem = { readonly item: string; readonly count: number; readonly usd: number };

/** What a stage costs without any event. */
export function restBill(rest: Rest): readonly RestItem[] {
  return [
    { item: "queues, polled", count: rest.queues, usd: priceOf("sqs", rest.queues * pollsAMonth) },
    {
      item: "secrets, the canary's included",
      count: rest.secrets,
      usd: priceOf("secret", rest.secrets),
    },
    { item: "metrics that alarms watch", count: rest.watched, usd: priceOf("alarm", rest.watched) },
    { item: "composite alarms", count: rest.compositeAlarms, usd: priceOf("compositeAlarm", rest.compositeAlarms) },
    { item: "custom metrics", count: rest.customMetrics, usd: priceOf("metric", rest.customMetrics) },
    {
      item: "spill drain, each 5 minutes",
      count: 1,
      usd: priceOf("s3List", runs) + priceOf("lambdaRequest", runs) + priceOf("lambdaArm", runs * 0.05),
    },
    { item: "canary, posts each 5 minutes", count: 2 * rest.canary, usd: canaryBill(rest.canary) },
    {
      item: "dashboards, three of them free",
      count: rest.dashboards,
      usd: priceOf("dashboard", Math.max(0, rest.dashboards - 3)),
    },
  ];
}

/**
 * Synthesizes a stage of so many event types, in turn over so many sources, and counts what costs at rest: by the template, so
 * that it stays true. Custom metrics that no alarm watches are not in it.
 *
 * @param over The sources. Default: one for each 20 event types.
 */
export function restOf(
  types: number,
  over: number = Math.ceil(types / 20),
  alarms: "all" | "few" = "all",
  canary = true,
): Rest {
  const folder = mkdtempSync(join(tmpdir(), "hookline-cost-"));
  try {
    const asset = join(folder, "asset");
    mkdirSync(asset);
    writeFileSync(join(asset, "index.mjs"), "export const handler = () => {};\n");
    const events = Array.from({ length: types }, (_, index) => eventFile(`source-${index % over}`, `type-${index}`));
    const outdir = join(folder, "cdk.out");
    createApp({
      stages: { prod: { removeData: false, logDays: 90, alarmTarget: "none", alarms, canary } },
      events,
      sources: Object.fromEntries(events.map(({ source }) => [source, "github"])),
      bundles: {
        ...{ verifier: asset, spillDrain: asset, archive: asset, canary: asset },
        processors: Object.fromEntries(events.map(({ name }) => [name, asset])),
      },
      outdir,
    }).synth();
    const templates = readdirSync(outdir).filter((file) => file.endsWith(".template.json"));
    return countRest(templates.flatMap((file) => resourcesIn(join(outdir, file))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function eventFile(source: string, type: string): EventFile {
  const name = `${source}/${type}`;
  return {
    source,
    type,
    name,
    path: `${name}.ts`,
    queue: queueSuffix(source, type),
    types: [type],
    options: resolveOptions({ impact: "-" }),
  };
}

function resourcesIn(file: string): readonly Resource[] {
  const { Resources } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  return Object.values(Resources);
}

/** What of these resources costs at rest. */
export function countRest(resources: readonly Resource[]): Rest {
  const of = (type: string) => resources.filter((resource) => resource.Type === type);
  const watched = of("AWS::CloudWatch::Alarm").flatMap(({ Properties = {} }) => metricsOf(Properties));
  const custom = watched.filter(({ Namespace }) => typeof Namespace === "string" && !Namespace.startsWith("AWS/"));
  return {
    queues: of("AWS::Lambda::EventSourceMapping").length,
    secrets: of("AWS::SecretsManager::Secret").length,
    watched: watched.length,
    compositeAlarms: of("AWS::CloudWatch::CompositeAlarm").length,
    customMetrics: new Set(
      custom.map(({ Namespace, MetricName, Dimensions }) => JSON.stringify([Namespace, MetricName, Dimensions])),
    ).size,
    dashboards: of("AWS::CloudWatch::Dashboard").length,
    canary: entrancesOf(of("AWS::Lambda::Function")),
  };
}

/** How many entrances a canary among these functions posts to. */
function entrancesOf(functions: readonly Resource[]): number {
  const found = functions.flatMap(({ Properties = {} }) => {
    const { Variables = {} } = (Properties.Environment ?? {}) as { readonly Variables?: Record<string, unknown> };
    return Variables[names.entrances] ?? [];
  });
  // A URL of CloudFormation is a reference in a text.
  return JSON.stringify(found).match(/"Fn::GetAtt"/g)?.length ?? 0;
}

type Metric = { readonly Namespace?: unknown; readonly MetricName?: unknown; readonly Dimensions?: unknown };

/** The metrics of an alarm: its own, or those that its expression is made of. */
function metricsOf(properties: Readonly<Record<string, unknown>>): readonly Metric[] {
  const { Metrics } = properties as {
    readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Metric } }[];
  };
  if (Metrics === undefined) return [properties as Metric];
  return Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
}
