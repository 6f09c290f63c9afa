import { join } from "node:path";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Reach } from "../local-run.ts";
import { shortenWait } from "../mapping/fast-retries.ts";
import { type DynamoDb, startDynamoDb } from "./dynamodb.ts";
import { unguessable } from "./guard.ts";
import { startSecretsManager } from "./secrets-manager.ts";
import { type Sqs, startSqs } from "./sqs.ts";

/** The stand-ins of AWS that a local run embeds, on 127.0.0.1. */
export type StandIns = Reach & {
  /** As {@linkcode DynamoDb.away}: to try what an outage of the table does. */
  readonly tableAway: DynamoDb["away"];
  /** As {@linkcode Sqs.away}: to try what an outage of the queues does. */
  readonly queuesAway: Sqs["away"];
  /** SQS, for this process. */
  readonly queueCalls: Sqs["calls"];
  readonly endPolls: Sqs["endPolls"];
  close(): Promise<void>;
};

/**
 * @param options `directory`: where they keep their state, else in memory; `secretsDirectory`: where secrets are kept;
 * `fastRetries`: messages wait shorter.
 */
export async function startStandIns(
  options: { readonly directory?: string; readonly secretsDirectory?: string; readonly fastRetries?: boolean } = {},
): Promise<StandIns> {
  const { directory, secretsDirectory, fastRetries } = options;
  // A fresh one each time: what has seen it once is not let in for good.
  const accessKeyId = unguessable();
  const dynamoDb = await startDynamoDb({ accessKeyId, ...kept(directory, "dynamodb") });
  const sqs = await startSqs({ accessKeyId, ...kept(directory, "sqs"), ...(fastRetries ? { wait: shortenWait } : {}) });
  const secretsManager = await startSecretsManager({ accessKeyId, ...defined({ directory: secretsDirectory }) });
  return {
    accessKeyId,
    endpoints: { dynamodb: dynamoDb.url, sqs: sqs.sqs, s3: sqs.s3, secretsmanager: secretsManager.url },
    tableAway: dynamoDb.away,
    queuesAway: sqs.away,
    queueCalls: sqs.calls,
    endPolls: sqs.endPolls,
    async close() {
      await Promise.all([dynamoDb.close(), sqs.close(), secretsManager.close()]);
    },
  };
}

function kept(directory: string | undefined, name: string): { readonly directory?: string } {
  return directory === undefined ? {} : { directory: join(directory, name) };
}

/** The variables by which the SDK inside a function finds the stand-ins, and is let in. */
export function standInVariables({ endpoints, accessKeyId }: Reach): Readonly<Record<string, string>> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
  };
}
