import { CloudFormationClient, GetTemplateSummaryCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { factsIn, type ReceiverFacts } from "../../infra/receiver-facts.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { stackNamed } from "./stack-named.ts";
import { type Clients, createClients, type Stage, type WantedStage } from "./stage.ts";

/** Clients of AWS in a region; undefined: the SDK's. */
export type AwsClients = (region: string | undefined) => Clients;

/** Where a stage lies on AWS, as far as it is configured. */
export type AwsSettings = { readonly region?: string; readonly account?: string };

/** Clients with the SDK's usual credentials. */
export const awsClients: AwsClients = (region) => createClients(() => defined({ region }));

/**
 * Finds a stage in its stack on AWS: table, bucket and addresses by the stack's outputs, sources and event types by its metadata.
 *
 * @throws {TypeError} Where the stack is not there, holds no receiver, or lies in another account than `infra/config.ts` says.
 */
export async function findOnAws(wanted: WantedStage, settings: AwsSettings, clientsIn: AwsClients): Promise<Stage> {
  const { stage, stack: named } = wanted;
  const StackName = named ?? `Hookline-${stage}`;
  const clients = clientsIn(wanted.region ?? settings.region);
  const cloudFormation = clients.of("cloudformation", CloudFormationClient);
  const stack = await describe(cloudFormation, StackName, settings.account);
  // arn:<partition>:cloudformation:<region>:<account>:stack/…
  const [, , , inRegion = "", account = ""] = stack.StackId?.split(":") ?? [];
  if (settings.account !== undefined && settings.account !== account) {
    throw new TypeError(
      `Cannot act on stage "${stage}": infra/config.ts says account ${settings.account}, and these credentials are of ${account}`,
    );
  }
  const { Metadata = "{}" } = await cloudFormation.send(new GetTemplateSummaryCommand({ StackName }));
  const facts = pick(factsIn(JSON.parse(Metadata)), StackName, stage);
  const output = (name: string) =>
    stack.Outputs?.find(({ OutputKey }) => OutputKey === facts.outputs[name])?.OutputValue ?? "";
  return {
    name: facts.stage,
    place: `Stage ${facts.stage} on AWS: stack ${StackName} in ${inRegion}, account ${account}`,
    words: wordsOf(wanted),
    url: (output("FunctionUrl") || output("ApiUrl")).replace(/\/+$/, ""),
    table: output("TableName"),
    bucket: output("BucketName"),
    sources: facts.sources,
    events: facts.events,
    replays: facts.replays === true,
    allowSend: facts.allowSend === true,
    ...defined({ alarmTarget: facts.alarmTarget, expectedWithinHours: facts.expectedWithinHours }),
    aws: { stack: StackName, verifier: output("VerifierName"), topic: output("AlarmTopic") },
    clients,
  };
}

async function describe(client: CloudFormationClient, StackName: string, account: string | undefined): Promise<Stack> {
  const stack = await stackNamed(client, StackName);
  if (stack !== undefined) return stack;
  const where = await client.config.region();
  const whose = account === undefined ? "" : ` of account ${account}`;
  throw new TypeError(`Cannot find stack ${StackName}${whose} in ${where}: deploy it first, or name its --region`);
}

function pick(found: readonly ReceiverFacts[], stack: string, stage: string | undefined): ReceiverFacts {
  const fit = stage === undefined ? found : found.filter((facts) => facts.stage === stage);
  const [facts, ...others] = fit;
  if (facts !== undefined && others.length === 0) return facts;
  const names = found.map((one) => one.stage).join(", ");
  if (found.length === 0) {
    throw new TypeError(`Cannot find a receiver in stack ${stack}: its metadata names none; deploy it again`);
  }
  if (facts !== undefined)
    throw new TypeError(`Cannot tell which receiver of stack ${stack} is meant: name one of ${names}`);
  throw new TypeError(`Cannot find stage "${stage}" in stack ${stack}: it has ${names}`);
}

function wordsOf({ stage, stack, region }: WantedStage): readonly string[] {
  return [...given([], stage), ...given(["--stack"], stack), ...given(["--region"], region)];
}

function given(before: readonly string[], word: string | undefined): readonly string[] {
  return word === undefined ? [] : [...before, word];
}
