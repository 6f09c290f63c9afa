import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from "@aws-sdk/client-sqs";
import { queueName } from "../../infra/queue-names.ts";
import { findEvent } from "../dead-events/dlq-place.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { type Command, command, stageWord } from "./command.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";

/**
 * Switches the event source mapping of a processor off. The provider notices nothing; its events are verified, deduplicated and
 * queued as ever.
 *
 * @throws {TypeError} For an unknown stage or `<source>/<type>`, and where it is not deployed.
 */
export const pause: Command<[places: StagePlaces]> = switchCommand(
  "pause",
  "stops a processor: its events wait in their queue, for 7 days at most",
);

/** Switches it on again. @throws {TypeError} As {@linkcode pause}. */
export const resume: Command<[places: StagePlaces]> = switchCommand("resume", "starts a paused processor again");

function switchCommand(name: "pause" | "resume", says: string): Command<[places: StagePlaces]> {
  return command(
    {
      name,
      says,
      takes: [stageWord, "<source>/<type>"],
      options: stageOptions,
      more: [stageHelp],
      examples: ["github/push", "prod github/push"],
    },
    async ({ values, taken: [stageName, event = ""], print }, places: StagePlaces = {}) => {
      const stage = await openStage(stageName, values, places);
      try {
        print(stage.place);
        for (const line of await switchMapping(name, stage, event)) print(line);
        return 0;
      } finally {
        stage.clients.close();
      }
    },
  );
}

/** Switches the mapping of a processor, and says what is now true. */
async function switchMapping(word: "pause" | "resume", stage: Stage, name: string): Promise<readonly string[]> {
  const event = findEvent(stage.events, name);
  const sqs = stage.clients.of("sqs", SQSClient);
  const lambda = stage.clients.of("lambda", LambdaClient);
  const { waiting, arn } = await queueOf(sqs, queueName(stage.name, event.queue), word);
  const found = (await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: arn }))).EventSourceMappings;
  const [mapping] = found ?? [];
  if (mapping?.UUID === undefined) {
    throw new TypeError(`Cannot ${word} ${name}: nothing takes from its queue; deploy the stage first`);
  }
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: word === "resume" }));
  const about = `about ${waiting} ${waiting === 1 ? "event waits" : "events wait"} in its queue`;
  if (word === "resume") return [`${name} runs again; ${about}.`];
  return [
    `${name} is paused; ${about}. Its present runs continue to their end.`,
    "New events are accepted and pile up behind them: each is kept for 7 days from its first send, then lost. Its",
    "alarms on age fire meanwhile. A deploy that changes the mapping may start it again.",
    `Go on with: npm run resume -- ${[...stage.words, name].join(" ")}`,
  ];
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
