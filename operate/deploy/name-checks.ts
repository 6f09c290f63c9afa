import { type CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { type CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Finding } from "../doctor/finding.ts";
import { eventsIn } from "./queues.ts";
import { onlyIn, type Templates } from "./templates.ts";

/** Clients of the services that are asked for a name. */
type NameClients = {
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudWatch: CloudWatchClient;
};

/** A name that something has already, and what to do about it. */
type Taken = Required<Pick<Finding, "says" | "remedy">>;

/** A command of the AWS CLI, in the stage's region. */
type Aws = (command: string) => string;

/** The property that names a resource in its account and region, by type. Others have no name of ours, or one that may be there twice. */
const naming: Readonly<Record<string, string>> = {
  "AWS::SQS::Queue": "QueueName",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::CloudWatch::Alarm": "AlarmName",
  "AWS::CloudWatch::CompositeAlarm": "AlarmName",
  "AWS::CloudWatch::Dashboard": "DashboardName",
};

/** Whether the names of the resources that a deployment would make are free: a finding, or one for each that is not. */
export async function checkNames(
  stage: string,
  { deployed, wanted }: { readonly deployed: Templates | undefined; readonly wanted: Templates },
  clients: NameClients,
  aws: Aws,
): Promise<readonly Omit<Finding, "check">[]> {
  const named = [...onlyIn(wanted, deployed).values()].flatMap(({ Type, Properties = {} }) => {
    const name = Properties[naming[Type] ?? ""];
    return typeof name === "string" ? [{ type: Type, name }] : [];
  });
  const of = (...types: readonly string[]) =>
    named.filter(({ type }) => types.some((one) => type.endsWith(`::${one}`))).map(({ name }) => name);
  const taken = await Promise.all([
    takenQueues(of("Queue"), clients.sqs, aws),
    takenSecrets(of("Secret"), clients.secrets, aws),
    takenLogGroups(of("LogGroup"), `/hookline/${stage}/`, clients.logs, aws),
    takenAlarms(of("Alarm", "CompositeAlarm"), `hookline-${stage}-`, clients.cloudWatch, aws),
    takenDashboards(of("Dashboard"), clients.cloudWatch, aws),
  ]);
  if (taken.flat().length > 0) return taken.flat().map((one) => ({ state: "FAIL", ...one }));
  const says = named.length === 0 ? "nothing with a name is new" : `${named.length} new names are free`;
  return [{ state: "ok", says }];
}

/** A queue outlives its stage, and its event file. An empty one may go; CloudFormation cannot import it into a nested stack. */
async function takenQueues(names: readonly string[], sqs: SQSClient, aws: Aws): Promise<readonly Taken[]> {
  const found = await Promise.all(names.map(async (name) => ({ name, events: await eventsIn(sqs, name) })));
  const empty = found.filter(({ events }) => events === 0).map(({ name }) => name);
  const full = found.filter(({ events = 0 }) => events > 0);
  const removal = (...queues: readonly string[]) => {
    const url = aws('sqs get-queue-url --queue-name "$name" --query QueueUrl --output text');
    return `for name in ${queues.join(" ")}; do ${aws(`sqs delete-queue --queue-url "$(${url})"`)}; done`;
  };
  return [
    ...(empty.length === 0
      ? []
      : [
          {
            says: `${empty.length === 1 ? `the queue ${empty[0]} is` : `${empty.length} queues are`} there from before, and empty`,
            remedy: `${removal(...empty)}; wait 60 s, since SQS blocks the name of a deleted queue for so long; then deploy again`,
          },
        ]),
    ...full.map(({ name, events }) => ({
      says: `the queue ${name} is there from before, with ${events} events`,
      remedy: `save what is in it, ten at a time (${receiving(name, aws)}), and delete what is saved, or wait until its retention is over; once it is empty: ${removal(name)}`,
    })),
  ];
}

function receiving(name: string, aws: Aws): string {
  const url = aws(`sqs get-queue-url --queue-name ${name} --query QueueUrl --output text`);
  return aws(`sqs receive-message --max-number-of-messages 10 --queue-url "$(${url})"`);
}

async function takenSecrets(
  names: readonly string[],
  secrets: SecretsManagerClient,
  aws: Aws,
): Promise<readonly Taken[]> {
  const found = await Promise.all(
    names.map(async (SecretId) => {
      const secret = await secrets.send(new DescribeSecretCommand({ SecretId })).catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      });
      if (secret === undefined) return [];
      const removal = aws(`secretsmanager delete-secret --force-delete-without-recovery --secret-id ${SecretId}`);
      if (secret.DeletedDate !== undefined) {
        return [
          { says: `the secret ${SecretId} is deleted, and its name kept back for its recovery`, remedy: removal },
        ];
      }
      if (Object.keys(secret.VersionIdsToStages ?? {}).length === 0) {
        return [{ says: `the secret ${SecretId} is there from before, without a value`, remedy: removal }];
      }
      const remedy = `see that you have its value elsewhere; then ${removal}, deploy again, and set it by npm run secret`;
      return [{ says: `the secret ${SecretId} is there from before, with a value`, remedy }];
    }),
  );
  return found.flat();
}

async function takenLogGroups(names: readonly string[], prefix: string, logs: CloudWatchLogsClient, aws: Aws) {
  const found = await matching(names, async (nextToken) => {
    const page = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, ...defined({ nextToken }) }),
    );
    return { names: (page.logGroups ?? []).map(({ logGroupName }) => logGroupName), next: page.nextToken };
  });
  return found.map((name) => ({
    says: `the log group ${name} is there from before`,
    remedy: aws(`logs delete-log-group --log-group-name ${name}`),
  }));
}

async function takenAlarms(names: readonly string[], AlarmNamePrefix: string, cloudWatch: CloudWatchClient, aws: Aws) {
  const found = await matching(names, async (NextToken) => {
    const page = await cloudWatch.send(
      new DescribeAlarmsCommand({
        ...{ AlarmNamePrefix, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
        ...defined({ NextToken }),
      }),
    );
    const all = [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])];
    return { names: all.map(({ AlarmName }) => AlarmName), next: page.NextToken };
  });
  return found.map((name) => ({
    says: `the alarm ${name} is there from before`,
    remedy: aws(`cloudwatch delete-alarms --alarm-names ${name}`),
  }));
}

async function takenDashboards(names: readonly string[], cloudWatch: CloudWatchClient, aws: Aws) {
  const found = await matching(names, async (NextToken) => {
    const page = await cloudWatch.send(
      new ListDashboardsCommand({ DashboardNamePrefix: names[0] ?? "", ...defined({ NextToken }) }),
    );
    return { names: (page.DashboardEntries ?? []).map(({ DashboardName }) => DashboardName), next: page.NextToken };
  });
  return found.map((name) => ({
    says: `the dashboard ${name} is there from before`,
    remedy: aws(`cloudwatch delete-dashboards --dashboard-names ${name}`),
  }));
}

/** Those of the names that a list has, which is read page by page. Nothing is asked where there are none. */
async function matching(
  wanted: readonly string[],
  read: (
    next: string | undefined,
  ) => Promise<{ readonly names: readonly (string | undefined)[]; readonly next: string | undefined }>,
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const found = new Set<string | undefined>();
  let next: string | undefined;
  do {
    const page = await read(next);
    for (const name of page.names) found.add(name);
    next = page.next;
  } while (next !== undefined);
  return wanted.filter((name) => found.has(name));
}
