import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { StageConfig } from "../../infra/stage-config.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { subscriptionsIn } from "../doctor/account-checks.ts";
import { checked, type Finding } from "../doctor/finding.ts";
import { readVersions, rollbackCommand, rolledBackText } from "../rollback/versions.ts";
import { shellWord } from "../shell-word.ts";
import type { AwsSettings } from "../stage/aws-stage.ts";
import { stackNamed } from "../stage/stack-named.ts";
import type { Clients } from "../stage/stage.ts";
import { bootstrapStack, checkBootstrap, checkConcurrency, checkCredentials } from "./account-check.ts";
import { checkData } from "./data-check.ts";
import { readDeployed } from "./deployed.ts";
import { checkNames } from "./name-checks.ts";
import { eventsIn } from "./queues.ts";
import { checkStack } from "./stack-check.ts";
import type { readAssembly, Templates } from "./templates.ts";

/** A stage that is about to be deployed. */
export type Planned = {
  readonly stack: string;
  readonly assembly: ReturnType<typeof readAssembly>;
  readonly settings: AwsSettings & Pick<StageConfig, "alarmTarget" | "alarmTopicArn">;
  readonly clients: Clients;
  /** The profile that was given; printed commands name it. */
  readonly profile?: string | undefined;
};

/** A command of the AWS CLI, where a stage is deployed to. */
export function awsIn(region: string, profile: string | undefined): (command: string) => string {
  const by = profile === undefined ? "" : ` --profile ${shellWord(profile)}`;
  return (command) => `aws ${command} --region ${region}${by}`;
}

/** Finds what would stop a deployment half-way, or lose data by it. It changes nothing. */
export async function preflight({ stack, assembly, settings, clients, profile }: Planned): Promise<readonly Finding[]> {
  const cloudFormation = clients.of("cloudformation", CloudFormationClient);
  const region = await cloudFormation.config.region();
  const aws = awsIn(region, profile);
  const sqs = clients.of("sqs", SQSClient);
  const toolkit = once(() => stackNamed(cloudFormation, bootstrapStack));
  const deployed = once(() => readDeployed(cloudFormation, stack));
  const { facts, bootstrapVersion } = assembly;
  const one = async (check: string, run: () => Promise<Omit<Finding, "check">>) => [await checked(check, run)];
  const findings = await Promise.all([
    one("credentials", async () => checkCredentials(await toolkit(), settings, region)),
    one("bootstrap", async () => checkBootstrap(await toolkit(), bootstrapVersion, settings, region)),
    one("stack", async () => checkStack(stack, await deployed(), aws)),
    one("data", async () =>
      checkData((await deployed())?.templates, assembly, async (queue) => (await eventsIn(sqs, queue)) ?? 0),
    ),
    severally("names", async () => namesOf({ assembly, clients }, (await deployed())?.templates, aws)),
    one("concurrency", async () => {
      const asked = { events: facts.events, wanted: assembly, deployed: (await deployed())?.templates, aws };
      return await checkConcurrency(clients.of("lambda", LambdaClient), asked);
    }),
    one("version", async () => {
      const verifier = (await deployed())?.outputs[facts.outputs.VerifierName ?? ""];
      if (verifier === undefined) return { state: "ok", says: "the verifier is not there yet" };
      return await versionOf(clients.of("lambda", LambdaClient), verifier, (version) => {
        // The command has no option for it.
        const by = profile === undefined ? "" : `AWS_PROFILE=${shellWord(profile)} `;
        return `${by}${rollbackCommand({ words: [facts.stage] }, version)}`;
      });
    }),
    one("alarm target", async () => {
      const { alarmTopicArn, alarmTarget } = settings;
      if (alarmTopicArn !== undefined) return { state: "ok", says: `they go to ${alarmTopicArn}` };
      if (alarmTarget !== undefined) return { state: "ok", says: "nobody is told, as infra/config.ts says" };
      const TopicArn = (await deployed())?.outputs[facts.outputs.AlarmTopic ?? ""];
      if (TopicArn === undefined)
        return { state: "not checked here", says: "the topic of the alarms is not there yet" };
      const sns = clients.of("sns", SNSClient);
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
      const found = subscriptionsIn(Subscriptions.map(({ SubscriptionArn }) => SubscriptionArn ?? ""));
      return found.state === "FAIL" ? { ...found, state: "warn" } : found;
    }),
  ]);
  return findings.flat();
}

/** The version that answers. It never stops a deployment: one that changes the verifier ends a rollback. */
async function versionOf(
  lambda: LambdaClient,
  verifier: string,
  commandTo: (version: string) => string,
): Promise<Omit<Finding, "check">> {
  try {
    const versions = await readVersions(lambda, verifier);
    const says = rolledBackText(versions);
    if (says === undefined) return { state: "ok", says: `${versions.live} of the verifier answers` };
    const outcome = "a deployment that changes the verifier ends that, and any other leaves it";
    return { state: "warn", says: `${says}; ${outcome}`, remedy: commandTo(versions.newest) };
  } catch (error) {
    return { state: "warn", says: `the version that answers could not be asked for: ${errorText(error)}` };
  }
}

/** Whether the names of what a deployment would make are free. */
export async function namesOf(
  { assembly, clients }: Pick<Planned, "assembly" | "clients">,
  deployed: Templates | undefined,
  aws: (command: string) => string,
): Promise<readonly Omit<Finding, "check">[]> {
  const named = {
    sqs: clients.of("sqs", SQSClient),
    secrets: clients.of("secretsmanager", SecretsManagerClient),
    logs: clients.of("logs", CloudWatchLogsClient),
    cloudWatch: clients.of("cloudwatch", CloudWatchClient),
  };
  return await checkNames(assembly.facts.stage, { deployed, wanted: assembly }, named, aws);
}

/** Several findings; one where they cannot be made. */
async function severally(
  check: string,
  run: () => Promise<readonly Omit<Finding, "check">[]>,
): Promise<readonly Finding[]> {
  let found: readonly Omit<Finding, "check">[] = [];
  const whole = await checked(check, async () => {
    found = await run();
    return { state: "ok", says: "" };
  });
  return found.length === 0 ? [whole] : found.map((finding) => ({ check, ...finding }));
}

/** Asks once, however many wait for the answer. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}
