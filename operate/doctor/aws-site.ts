import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { logGroupName } from "../../infra/constructs/functions.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { insightsCounts } from "../log-counts/insights.ts";
import { stageRegion } from "../stage-region.ts";
import type { AwsSite, Site, SiteOptions } from "./site.ts";

export type AwsClients = Pick<Site, "secrets" | "sqs" | "lambda"> &
  Pick<AwsSite, "sns" | "cloudFormation"> & { readonly logs: CloudWatchLogsClient };

/** A stage on AWS, by the SDK's usual credentials. @throws {TypeError} When it is not deployed. */
export async function openAwsSite(
  stage: string,
  options: SiteOptions,
  clients: AwsClients = clientsFor(stage),
): Promise<Site> {
  const { cloudFormation, sns, logs, ...others } = clients;
  const StackName = `Hookline-${stage}`;
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  const output = (key: string) => {
    const found = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (found !== undefined) return found;
    throw new TypeError(`Cannot examine stage "${stage}": stack ${StackName} has no output ${key}; deploy it first`);
  };
  const resources: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = { StackName, ...defined({ NextToken }) };
    const answer = await cloudFormation.send(new ListStackResourcesCommand(page));
    resources.push(...(answer.StackResourceSummaries ?? []));
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  const verifier = resources.find(
    ({ ResourceType, LogicalResourceId }) =>
      ResourceType === "AWS::Lambda::Function" && LogicalResourceId?.startsWith("Verifier"),
  )?.PhysicalResourceId;
  if (verifier === undefined) throw new TypeError(`Cannot examine stage "${stage}": ${StackName} has no verifier`);
  const events = await readEventFiles(options.events);
  const now = options.now ?? (() => new Date());
  return {
    stage,
    functionUrl: output("FunctionUrl").replace(/\/+$/, ""),
    sources: sourcesOf(events),
    events,
    ...others,
    counts: () => insightsCounts(logs, { logGroupName: logGroupName(stage, "verifier"), now: now() }),
    now,
    aws: { sns, cloudFormation, verifier, topic: output("AlarmTopic") },
  };
}

function clientsFor(stage: string): AwsClients {
  const settings = stageRegion(stage);
  return {
    cloudFormation: new CloudFormationClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    secrets: new SecretsManagerClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
}
