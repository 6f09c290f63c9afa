import { parseArgs } from "node:util";
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from "@aws-sdk/client-sqs";
import { type EventFile, readEventFiles } from "../../infra/build/event-files.ts";
import { stages } from "../../infra/config.ts";
import { queueName } from "../../infra/constructs/event-pipeline.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { readLocalRun, runFolder } from "../../local/local-run.ts";
import { runCommand } from "./terminal.ts";

const usage = `pause <stage> <source>/<type>   stops a processor: its events wait in their queue, for 7 days at most
resume <stage> <source>/<type>  starts it again
  --local  in the local run instead of on AWS`;

/** The tools of `pause`. */
export type PauseInput = {
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly events: readonly EventFile[];
};

/**
 * Runs `pause` and `resume`: switches the event source mapping of a processor. The provider notices nothing; its events
 * are verified, deduplicated and queued as ever.
 *
 * @throws {TypeError} For arguments that cannot be, an unknown `<source>/<type>`, and where it is not deployed.
 */
export async function pause(
  args: readonly string[],
  print: (line: string) => void,
  open: (stage: string, local: boolean) => Promise<PauseInput>,
): Promise<void> {
  // `deno task pause -- …` hands the "--" on, behind the word that the task gives.
  const given = args.filter((argument, index) => !(index <= 1 && argument === "--"));
  const { values, positionals } = parseArgs({
    args: given,
    options: { local: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [word, stage, name, ...more] = positionals;
  if ((word !== "pause" && word !== "resume") || stage === undefined || name === undefined || more.length > 0) {
    throw new TypeError(usage);
  }
  if (!Object.hasOwn(stages, stage)) {
    throw new TypeError(`Cannot ${word} in stage "${stage}": infra/config.ts has ${Object.keys(stages).join(", ")}`);
  }
  const { lambda, sqs, events } = await open(stage, values.local);
  const event = events.find((one) => one.name === name);
  if (event === undefined) {
    const known = events.map((one) => one.name).join(", ") || "none";
    throw new TypeError(`Cannot ${word} ${name}: no event file has this name; there is ${known}`);
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
          `Go on with: npm run resume -- ${stage} ${name}${values.local ? " --local" : ""}`,
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
  const region = stages[stage]?.region;
  const settings = defined({ region });
  if (!local) {
    return {
      lambda: new LambdaClient(settings),
      sqs: new SQSClient(settings),
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

if (import.meta.main) await runCommand((args, print) => pause(args, print, openPlace));
