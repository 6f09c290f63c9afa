import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from "@aws-sdk/client-sqs";
import { type EventFile, readEventFiles } from "../../infra/build/event-files.ts";
import { queueName } from "../../infra/queue-names.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { readLocalRun, runFolder } from "../../local/local-run.ts";
import { stageRegion } from "../stage-region.ts";
import { type Command, command, type Print } from "./command.ts";
import { checkStage, placeLine } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

/** The tools of `pause`. */
export type PauseInput = {
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly events: readonly EventFile[];
};

type Open = (stage: string, local: boolean) => Promise<PauseInput>;

/**
 * Switches the event source mapping of a processor off. The provider notices nothing; its events are verified, deduplicated and
 * queued as ever.
 *
 * @throws {TypeError} For an unknown stage or `<source>/<type>`, and where it is not deployed.
 */
export const pause: Command<[Open]> = switchCommand(
  "pause",
  "stops a processor: its events wait in their queue, for 7 days at most",
);

/** Switches it on again. @throws {TypeError} As {@linkcode pause}. */
export const resume: Command<[Open]> = switchCommand("resume", "starts a paused processor again");

function switchCommand(name: "pause" | "resume", says: string): Command<[Open]> {
  return command(
    {
      name,
      says,
      takes: ["<stage>", "<source>/<type>"],
      options: { local: { type: "boolean", says: "in the local run instead of on AWS" } },
      examples: ["dev github/push", "dev github/push --local"],
    },
    async ({ values: { local }, taken: [stage = "", event = ""], print }, open: Open = openPlace) => {
      await switchMapping({ word: name, stage: checkStage(stage), name: event, local, print }, open);
      return 0;
    },
  );
}

type Switch = {
  readonly word: "pause" | "resume";
  readonly stage: string;
  readonly name: string;
  readonly local: boolean;
  readonly print: Print;
};

async function switchMapping({ word, stage, name, local, print }: Switch, open: Open): Promise<void> {
  const { lambda, sqs, events } = await open(stage, local);
  print(placeLine(stage, local));
  const event = events.find((one) => one.name === name);
  if (event === undefined) {
    const known = events.map((one) => one.name).join(", ") || "none";
    throw new UsageError(`Cannot ${word} ${name}: no event file has this name; there is ${known}`);
  }
  const { waiting, arn } = await queueOf(sqs, queueName(stage, event.queue), word);
  const found = (await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: arn }))).EventSourceMappings;
  const [mapping] = found ?? [];
  if (mapping?.UUID === undefined) {
    throw new TypeError(`Cannot ${word} ${name}: nothing takes from its queue; deploy the stage first`);
  }
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: word === "resume" }));
  const about = `about ${waiting} ${waiting === 1 ? "event waits" : "events wait"} in its queue`;
  const lines =
    word === "pause"
      ? [
          `${name} is paused; ${about}. Its present runs continue to their end.`,
          "New events are accepted and pile up behind them: each is kept for 7 days from its first send, then lost. Its",
          "alarms on age fire meanwhile. A deploy that changes the mapping may start it again.",
          `Go on with: npm run resume -- ${stage} ${name}${local ? " --local" : ""}`,
        ]
      : [`${name} runs again; ${about}.`];
  for (const line of lines) print(line);
}

async function queueOf(sqs: SQSClient, QueueName: string, word: string) {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"] }),
    );
    return { arn: Attributes.QueueArn ?? "", waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0) };
  } catch (cause) {
    if (!(cause instanceof QueueDoesNotExist)) throw cause;
    throw new TypeError(`Cannot ${word}: queue ${QueueName} is not there; deploy the stage first`, { cause });
  }
}

/**
 * Opens a stage on AWS, by the SDK's usual credentials, or the local run in `folder`.
 *
 * @throws {TypeError} When no local run is on, or it runs another stage.
 */
export async function openPlace(
  stage: string,
  local: boolean,
  given: { readonly folder?: string; readonly events?: string } = {},
): Promise<PauseInput> {
  if (!local) {
    return {
      lambda: new LambdaClient(stageRegion(stage)),
      sqs: new SQSClient(stageRegion(stage)),
      events: await readEventFiles(given.events),
    };
  }
  const run = readLocalRun(given.folder ?? runFolder);
  if (run?.stage !== stage) {
    throw new TypeError(`Cannot reach stage "${stage}" with --local: no local run of it is on (npm start)`);
  }
  return {
    lambda: new LambdaClient(clientFor(run.lambda, run.accessKeyId)),
    sqs: new SQSClient({ ...clientFor(run.endpoints.sqs, run.accessKeyId), useQueueUrlAsEndpoint: false }),
    events: await readEventFiles(given.events),
  };
}
