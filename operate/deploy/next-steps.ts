import { LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { readVersions, rollbackCommand, rolledBackText } from "../rollback/versions.ts";
import type { Stage } from "../stage/stage.ts";

/** A thing that is to be done after a deployment. */
type Step = { readonly says: string; readonly command?: string };

/** The steps that remain for a stage that was deployed: secrets, endpoints, the alarms' e-mail, a rollback that goes on, and the examination of it all. */
export async function nextSteps(stage: Stage): Promise<readonly Step[]> {
  const { words, sources, url } = stage;
  const [unset, pending, rolledBack] = await Promise.all([
    unsetSecrets(stage),
    pendingEmails(stage),
    rollbackOf(stage),
  ]);
  const run = (command: string) => `npm run ${command} -- ${words.join(" ")}`;
  return [
    ...unset.map((source) => ({
      says: `/${source} answers every delivery 503 until its secret is set:`,
      command: `${run("secret")} ${source} < secret.txt`,
    })),
    ...(Object.keys(sources).length === 0
      ? []
      : [
          { says: `the URL and the event types to enter at each provider (${url}/<source>):`, command: run("sources") },
        ]),
    ...pending.map((address) => ({
      says: `nobody is told of alarms at ${address} until the link in the mail that SNS sent there is followed`,
    })),
    ...rolledBack,
    { says: "when this is done, examine the stage:", command: run("doctor") },
  ];
}

/** The sources whose secret has no value. The value itself is not read. */
async function unsetSecrets({ name, sources, clients }: Stage): Promise<readonly string[]> {
  const secrets = clients.of("secretsmanager", SecretsManagerClient);
  const found = await Promise.all(
    Object.keys(sources).map(async (source) => {
      const { VersionIdsToStages } = await secrets.send(
        new DescribeSecretCommand({ SecretId: `hookline/${name}/${source}` }),
      );
      return { source, isSet: Object.keys(VersionIdsToStages ?? {}).length > 0 };
    }),
  );
  return found.filter(({ isSet }) => !isSet).map(({ source }) => source);
}

/** The addresses at which the stage's topic is subscribed and nobody confirmed it. */
async function pendingEmails({ aws, clients }: Stage): Promise<readonly string[]> {
  if (aws === undefined || aws.topic === "") return [];
  const { Subscriptions = [] } = await clients
    .of("sns", SNSClient)
    .send(new ListSubscriptionsByTopicCommand({ TopicArn: aws.topic }));
  return Subscriptions.flatMap(({ SubscriptionArn, Endpoint = "the subscribed address" }) =>
    SubscriptionArn === "PendingConfirmation" ? [Endpoint] : [],
  );
}

/** The end of a rollback as a step: a deployment that changes nothing of the verifier leaves its alias where it is. */
async function rollbackOf(stage: Stage): Promise<readonly Step[]> {
  const { aws, clients } = stage;
  if (aws === undefined || aws.verifier === "") return [];
  const versions = await readVersions(clients.of("lambda", LambdaClient), aws.verifier);
  const says = rolledBackText(versions);
  if (says === undefined) return [];
  return [{ says: `${says}; this ends it:`, command: rollbackCommand(stage, versions.newest) }];
}
