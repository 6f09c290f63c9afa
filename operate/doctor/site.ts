import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { EventFile } from "../../infra/build/event-files.ts";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";
import { readLocalRun, runFolder } from "../../local/local-run.ts";
import { localCounts } from "../log-counts/local-counts.ts";

/** The subject of the doctor: a stage, with the addresses of its parts. */
export type Site = {
  readonly stage: string;
  /** Without a slash at its end. */
  readonly functionUrl: string;
  /** The provider of each source. */
  readonly sources: Readonly<Record<string, string>>;
  readonly events: readonly EventFile[];
  readonly secrets: SecretsManagerClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  /** Counts of the lines that the verifier has logged: on AWS in the last 24 hours, in the local run since its start. */
  counts(): Promise<LogCounts>;
  readonly now: () => Date;
  /** Parts that exist on AWS alone. */
  readonly aws?: AwsSite;
};

export type AwsSite = {
  readonly sns: Pick<SNSClient, "send">;
  readonly cloudFormation: Pick<CloudFormationClient, "send">;
  /** The verifier's name. */
  readonly verifier: string;
  /** The ARN of the topic that alarms go to. */
  readonly topic: string;
};

export type SiteOptions = {
  /** The folder of event files. Defaults to `lambdas/events`. */
  readonly events?: string;
  /** Where a local run keeps its files. Defaults to `.hookline`. */
  readonly folder?: string;
  readonly now?: () => Date;
};

/** Whether a local run of this stage is on. */
export function runsLocally(stage: string, { folder = runFolder }: SiteOptions): boolean {
  const run = readLocalRun(folder);
  return run?.stage === stage;
}

/** @throws {TypeError} When no local run of this stage is on. */
export async function openLocalSite(stage: string, options: SiteOptions): Promise<Site> {
  const run = readLocalRun(options.folder ?? runFolder);
  if (run === undefined || !runsLocally(stage, options)) {
    throw new TypeError(`Cannot examine stage "${stage}" with --local: no local run of it is on (npm start)`);
  }
  const events = await readEventFiles(options.events);
  return {
    stage,
    functionUrl: run.functionUrl,
    sources: sourcesOf(events),
    events,
    secrets: new SecretsManagerClient(clientFor(run.endpoints.secretsmanager, run.accessKeyId)),
    sqs: new SQSClient({ ...clientFor(run.endpoints.sqs, run.accessKeyId), useQueueUrlAsEndpoint: false }),
    lambda: new LambdaClient(clientFor(run.lambda, run.accessKeyId)),
    counts: () => localCounts(run),
    now: options.now ?? (() => new Date()),
  };
}
