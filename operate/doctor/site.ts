import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { logGroupName } from "../../infra/log-queries.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";
import { insightsCounts } from "../log-counts/insights.ts";
import { localCounts } from "../log-counts/local-counts.ts";
import type { Stage } from "../stage/stage.ts";

/** The subject of the doctor: a stage, with clients for its parts. */
export type Site = Pick<Stage, "sources" | "events" | "words" | "alarmTarget"> & {
  readonly stage: string;
  /** Without a slash at its end. */
  readonly functionUrl: string;
  readonly secrets: SecretsManagerClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  /** Counts of the lines that the verifier has logged: on AWS in the last 24 hours, in the local run since its start. */
  counts(): Promise<LogCounts>;
  readonly now: () => Date;
  /** Parts that exist on AWS alone. */
  readonly aws?: AwsSite;
};

export type AwsSite = NonNullable<Stage["aws"]> & {
  readonly sns: Pick<SNSClient, "send">;
  readonly cloudWatch: Pick<CloudWatchClient, "send">;
};

/**
 * The command that gives changed or deleted resources back as the template has them: a deploy alone mends nothing where the template
 * is as it was.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
 */
export function revertDrift({ aws, words }: Pick<Site, "words"> & { readonly aws?: Pick<AwsSite, "stack"> }): string {
  if (aws === undefined) return "start the run again";
  const [stage = ""] = words;
  // The stack of an app of one's own has no other command.
  return words.includes("--stack")
    ? `npx cdk deploy ${aws.stack} --revert-drift`
    : `npm run deploy -- ${stage} --revert-drift`;
}

/** Opens what the doctor examines. */
export function siteOf(stage: Stage, now: () => Date): Site {
  const { name, url, sources, events, words, alarmTarget, clients, run, aws } = stage;
  const counts = async () => {
    if (run !== undefined) return await localCounts(run);
    const logs = clients.of("logs", CloudWatchLogsClient);
    return await insightsCounts(logs, { logGroupName: logGroupName(name, "verifier"), now: now() });
  };
  return {
    stage: name,
    functionUrl: url,
    ...{ sources, events, words },
    secrets: clients.of("secretsmanager", SecretsManagerClient),
    sqs: clients.of("sqs", SQSClient),
    lambda: clients.of("lambda", LambdaClient),
    counts,
    now,
    ...defined({
      alarmTarget,
      aws: aws && {
        ...aws,
        sns: clients.of("sns", SNSClient),
        cloudWatch: clients.of("cloudwatch", CloudWatchClient),
      },
    }),
  };
}
