import {
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { archiveQueue, queueName } from "../../infra/queue-names.ts";
import { type AccountProving, NotSeenError, objectsOf, type Step, succeeded } from "./proving.ts";

/** A mapping is switched in some seconds, as a rule. */
const mappingSeconds = 300;

/** The steps about versions of the verifier, and about a stack that was changed by hand. */
export const versionSteps: readonly Step<AccountProving>[] = [
  {
    name: "rollback",
    claim: "An older version of the verifier answers after a rollback",
    needs: ["secret"],
    async run(proving) {
      const { stack, cdk, synthesize, hookline } = proving;
      const before = await liveVersion(proving);
      succeeded(await cdk(["deploy", stack, "--app", await synthesize(2), "--require-approval", "never"]));
      const after = await liveVersion(proving);
      if (after === before) throw new NotSeenError(`the deployment made no new version: live is ${before}`);
      succeeded(await hookline(["rollback", "--to", before, "--yes"]));
      const back = await liveVersion(proving);
      if (back !== before) throw new NotSeenError(`live is version ${back}, and not ${before}`);
      const answer = await accepted(proving, "rolled-back");
      succeeded(await hookline(["rollback", "--to", after, "--yes"]));
      return `live was version ${before}, then ${after}, then ${before} again, which answered ${answer}; live is ${await liveVersion(proving)}`;
    },
  },
  {
    name: "drift",
    claim: "Drift is found, and mended by a deployment that reverts it",
    needs: ["deploy"],
    async run(proving) {
      const { stack, cdk, synthesize, clients, stage, note } = proving;
      const lambda = clients.of("lambda", LambdaClient);
      // That of the archive is in the stack itself: drift looks into no nested stack, as those of event types are.
      const mapping = await mappingOf(proving, queueName(stage, archiveQueue));
      note(`aws lambda update-event-source-mapping --no-enabled --uuid ${mapping.UUID}`);
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: false }));
      await mappingIs(proving, "Disabled");
      const folder = await synthesize(2);
      const { code, stdout, stderr } = await cdk(["drift", stack, "--app", folder, "--fail"]);
      const said = `${stdout}\n${stderr}`;
      if (code !== 1 || !/EventSourceMapping/.test(said)) {
        throw new NotSeenError(`cdk drift ended with ${code}, and named no mapping`);
      }
      succeeded(await cdk(["deploy", stack, "--app", folder, "--revert-drift", "--require-approval", "never"]));
      await mappingIs(proving, "Enabled");
      return "cdk drift named the archive's mapping, which was switched off by hand; the deployment switched it on again";
    },
  },
];

async function accepted({ hookline, folder, prefix }: AccountProving, name: string): Promise<string> {
  const words = ["send", "prove/works", "--id", `${prefix}-${name}`, "--body-file", `${folder}/works.json`, "--json"];
  const [answer = {}] = objectsOf(await hookline(words));
  return `${answer.status} ${answer.outcome}`;
}

async function liveVersion(proving: AccountProving): Promise<string> {
  const FunctionName = await proving.verifier();
  const client = proving.clients.of("lambda", LambdaClient);
  const { Aliases = [] } = await client.send(new ListAliasesCommand({ FunctionName }));
  return Aliases.find(({ Name }) => Name === "live")?.FunctionVersion ?? "";
}

async function mappingOf({ clients }: AccountProving, QueueName: string) {
  const sqs = clients.of("sqs", SQSClient);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const asked = new ListEventSourceMappingsCommand({ EventSourceArn: Attributes?.QueueArn });
  const { EventSourceMappings: [mapping] = [] } = await clients.of("lambda", LambdaClient).send(asked);
  if (mapping === undefined) throw new NotSeenError(`nothing takes from ${QueueName}`);
  return mapping;
}

async function mappingIs(proving: AccountProving, wanted: string): Promise<void> {
  const name = queueName(proving.stage, archiveQueue);
  await proving.until(`the mapping of ${name} is ${wanted}`, mappingSeconds, async () =>
    (await mappingOf(proving, name)).State === wanted ? true : undefined,
  );
}
