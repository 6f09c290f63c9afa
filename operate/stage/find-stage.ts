import { stages as configured } from "../../infra/config.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { type LocalRun, readLocalRun, runFolder } from "../../local/local-run.ts";
import { type AwsClients, type AwsSettings, awsClients, findOnAws } from "./aws-stage.ts";
import { type Clients, createClients, type Stage, type WantedStage } from "./stage.ts";

/** The places that stages are looked for in. */
export type StagePlaces = {
  /** Where a local run keeps its files. Defaults to `.hookline`. */
  readonly folder?: string;
  /** Defaults to the SDK's clients, with its usual credentials. */
  readonly awsClients?: AwsClients;
  /** Region and account of the stages on AWS. Defaults to those of `infra/config.ts`. */
  readonly stages?: Readonly<Record<string, AwsSettings>>;
};

/**
 * Finds a stage.
 *
 * @throws {TypeError} Where it is not there, or lies in another account than `infra/config.ts` says.
 */
export async function findStage(wanted: WantedStage, places: StagePlaces = {}): Promise<Stage> {
  const { stage, stack, local = false } = wanted;
  const isLocal = local || (stage === undefined && stack === undefined);
  if (!isLocal) {
    const { stages = configured, awsClients: clientsIn = awsClients } = places;
    const isConfigured = stack === undefined && stage !== undefined && Object.hasOwn(stages, stage);
    return await findOnAws(wanted, isConfigured ? (stages[stage] ?? {}) : {}, clientsIn);
  }
  const run = readLocalRun(places.folder ?? runFolder);
  if (run === undefined) {
    throw new TypeError(
      "Cannot find a stage: no local run is on (npm start), and none on AWS is named: give a stage of infra/config.ts, or --stack NAME",
    );
  }
  if (stage !== undefined && stage !== run.stage) {
    throw new TypeError(`Cannot find stage "${stage}" on this machine: the local run is of ${run.stage}`);
  }
  return localStage(run);
}

/** The stage of a local run. */
export function localStage(run: LocalRun): Stage {
  return {
    name: run.stage,
    place: `Stage ${run.stage} in the local run`,
    words: [],
    url: run.functionUrl,
    table: run.table,
    bucket: run.bucket,
    sources: Object.fromEntries(Object.entries(run.sources).map(([name, { provider }]) => [name, provider])),
    events: run.events,
    replays: true,
    allowSend: true,
    run,
    clients: localClients(run),
  };
}

function localClients({ endpoints, accessKeyId, lambda }: LocalRun): Clients {
  const urls: Readonly<Record<string, string>> = { ...endpoints, lambda };
  return createClients((service) => {
    const url = urls[service];
    if (url === undefined) throw new TypeError(`Cannot ask ${service}: the local run has none`);
    return {
      ...clientFor(url, accessKeyId),
      ...defined({ useQueueUrlAsEndpoint: service === "sqs" ? false : undefined }),
    };
  });
}
