import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { defined } from "../core/bytes/defined.ts";
import type { Route } from "../core/events/event-routes.ts";
import type { DedupeStore } from "../core/ingress/dedupe-store.ts";
import type { EventQueue } from "../core/ingress/event-queue.ts";
import type { Log } from "../core/log.ts";
import type { QueuedEvent } from "../core/processing/process-options.ts";
import type { ProcessingStore } from "../core/processing/processing-store.ts";
import type { Fetch, Provider } from "../core/provider.ts";
import type { ReceiverOptions } from "../core/receiver-options.ts";
import type { CallOptions } from "./calls.ts";
import { canaryRoute, canarySource, unarchived } from "./canary-source.ts";
import { lean, leanOptions } from "./client/lean.ts";
import { createDedupeTable } from "./dynamodb/dedupe-table.ts";
import { createProcessingTable } from "./dynamodb/processing-table.ts";
import { env, optionalEnv } from "./env.ts";
import { createJsonLog } from "./log/json-log.ts";
import { environmentLines } from "./log/lines.ts";
import { createDrainMetrics, createIngressMetrics, createProcessingMetrics } from "./log/metrics.ts";
import { limitRefusals } from "./log/refusal-limit.ts";
import { createTraces } from "./log/trace.ts";
import { type ClaimCheck, createClaimCheck } from "./s3/claim-check.ts";
import { createBucket, loadS3 } from "./s3/s3.ts";
import { createSpill, type Spill, withSpill } from "./s3/spill.ts";
import { createSecrets, overlapHoursOf } from "./secrets/secrets.ts";
import { sourceOptions, sourceSettings, spills } from "./source-settings.ts";
import { createEventQueues } from "./sqs/event-queues.ts";
import { fromSqsEvent } from "./sqs/queued-events.ts";

// The endpoint comes from the environment, never out of a queue's URL: else a local run would reach for AWS.
// Its MD5 is JavaScript: `createEventQueues` compares digests itself.
const sqsOptions = { ...leanOptions, md5: false, useQueueUrlAsEndpoint: false } as const;

/** An object of the archive has up to some megabytes, and nobody waits for it. */
const archived = { tries: 3, milliseconds: 10_000 };

type Ingress = {
  /** The provider of each source. */
  readonly providers: Readonly<Record<string, Provider>>;
  readonly routes: readonly Route[];
  /** The provider of the canary's source, which is there where the stage has a canary. */
  readonly canary: Provider;
};

type IngressPorts = ReceiverOptions & Pick<ReturnType<typeof createIngressMetrics>, "measured">;

/**
 * The ports of the verifier: the stack's table, queues, bucket and secrets, as its environment names them. `measured` wraps the
 * verifier.
 */
export function ingressPorts(ofEvents: Ingress): IngressPorts {
  const given = optionalEnv("canary") === undefined ? ofEvents : withCanary(ofEvents);
  const secretsManager = lean(new SecretsManagerClient(leanOptions));
  const secretsOf = createSecrets(secretsManager, env("secretPrefix"));
  const settings = sourceSettings();
  const fetch = keysFetch();
  const sources = Object.entries(given.providers).map(([name, provider]) => {
    const { secrets, keep } = secretsOf(name, overlapHoursOf(provider));
    const kept = defined({ keep: provider.handshake?.keeps ? keep : undefined });
    return [name, { provider, secrets, fetch, ...sourceOptions(settings[name]), ...kept }] as const;
  });
  const lines = environmentLines();
  const limited = limitRefusals(createJsonLog({ write: lines.write, debugShare: debugShare() }));
  const { log, measured } = createIngressMetrics(limited, env("stage"), lines);
  const archive = optionalEnv("archive");
  const queues = eventQueues(given.routes, defined({ archive }));
  // Not the canary's source: a queue that fails must have its delivery answered 503.
  const spilling = Object.entries(ofEvents.providers).flatMap(([name, provider]) =>
    spills(settings[name], provider, archive !== undefined) ? [name] : [],
  );
  return {
    sources: Object.fromEntries(sources),
    dedupe: createDedupeTable(lean(new DynamoDBClient(leanOptions)), env("table"), callOptions()),
    queue: withSpill(unarchived(queues), createSpill(env("bucket"), loadS3, callOptions()), new Set(spilling), log),
    log,
    measured,
  };
}

function withCanary({ providers, routes, canary }: Ingress): Ingress {
  return { canary, providers: { ...providers, [canarySource]: canary }, routes: [...routes, canaryRoute] };
}

function eventQueues(routes: readonly Route[], archive: Pick<EventQueue, "archive"> = {}): EventQueue {
  const client = lean(new SQSClient(sqsOptions));
  return createEventQueues(client, env("queueUrlPrefix"), routes, claimCheck(), { ...callOptions(), ...archive });
}

function claimCheck(): ClaimCheck {
  return createClaimCheck(env("bucket"), loadS3, callOptions());
}

function callOptions(): CallOptions {
  return { timeScale: Number(optionalEnv("timeScale") ?? 1) };
}

function debugShare(): number {
  return Number(optionalEnv("debugShare") ?? 0);
}

/** Fetches the documents with providers' keys: from the providers, or from their stand-ins in a local run. */
function keysFetch(): Fetch {
  const endpoint = optionalEnv("keysEndpoint");
  if (endpoint === undefined) return fetch;
  return (url, init) => fetch(`${endpoint}?url=${encodeURIComponent(url)}`, init);
}

export type ProcessingPorts = {
  readonly store: ProcessingStore;
  readonly dedupe: Pick<DedupeStore, "reopen">;
  readonly collect: ClaimCheck["collect"];
  readonly copies: (event: SQSEvent) => readonly QueuedEvent[];
  readonly log: Log;
} & Pick<ReturnType<typeof createProcessingMetrics>, "measured">;

/** The ports of a processor: the stack's table and bucket, and its own queue. `measured` wraps the processor. */
export function processingPorts(): ProcessingPorts {
  const dynamoDb = lean(new DynamoDBClient(leanOptions));
  const sqs = lean(new SQSClient(sqsOptions));
  const traces = createTraces();
  const lines = environmentLines();
  const { log, measured } = createProcessingMetrics(
    createJsonLog({ write: lines.write, traceOf: traces.of, debugShare: debugShare() }),
    env("stage"),
    lines,
  );
  return {
    store: createProcessingTable(dynamoDb, env("table"), callOptions()),
    dedupe: createDedupeTable(dynamoDb, env("table"), callOptions()),
    collect: claimCheck().collect,
    copies(event) {
      traces.note(event);
      return fromSqsEvent(event, sqs);
    },
    log,
    measured,
  };
}

export type DrainPorts = {
  readonly spill: Spill;
  readonly queues: Pick<EventQueue, "send">;
  readonly log: Log;
} & Pick<ReturnType<typeof createDrainMetrics>, "measured">;

/** The ports of the spill drain: the stack's bucket and all its queues. `measured` wraps it. */
export function drainPorts(): DrainPorts {
  const lines = environmentLines();
  const log = createJsonLog({ write: lines.write });
  const { measured } = createDrainMetrics(env("stage"), lines);
  return { spill: createSpill(env("bucket"), loadS3, callOptions()), queues: eventQueues([]), log, measured };
}

export type ArchivePorts = {
  /** Puts an object into the bucket. */
  readonly put: (key: string, body: Uint8Array) => Promise<void>;
  readonly log: Log;
};

/** The ports of the archive: the stack's bucket. */
export function archivePorts(): ArchivePorts {
  const { put } = createBucket(env("bucket"), loadS3, callOptions(), archived);
  return { put, log: createJsonLog({ write: environmentLines().write }) };
}

export type CanaryPorts = {
  /** The addresses of the entrances, without the source's name. */
  readonly urls: readonly string[];
  /** Reads the secret of the canary's source. */
  readonly secret: () => Promise<string>;
  readonly fetch: Fetch;
  readonly log: Log;
};

/** The ports of the canary: the stack's entrances, and one secret. */
export function canaryPorts(): CanaryPorts {
  const client = new SecretsManagerClient(leanOptions);
  const SecretId = `${env("secretPrefix")}${canarySource}`;
  return {
    urls: env("entrances")
      .split(" ")
      .map((url) => url.replace(/\/+$/, "")),
    secret: async () => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "",
    fetch,
    log: createJsonLog({ write: environmentLines().write }),
  };
}
