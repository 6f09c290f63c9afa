import { Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** The uses of a key of one's own, through these services alone. */
const actions = ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"];

/** A function's permissions for the keys of its table, queues, bodies and secrets. */
export function keyStatements(
  scope: Construct,
  { key, table }: { readonly key?: IKey | undefined; readonly table: ITable },
  services: readonly ("sqs" | "s3" | "dynamodb" | "secretsmanager")[],
): readonly PolicyStatement[] {
  const keys = [...new Set([key, table.encryptionKey].filter((one) => one !== undefined))];
  if (keys.length === 0) return [];
  const { region, urlSuffix } = Stack.of(scope);
  return [
    new PolicyStatement({
      actions: actions.map((action) => `kms:${action}`),
      resources: keys.map(({ keyArn }) => keyArn),
      conditions: { StringEquals: { "kms:ViaService": services.map((name) => `${name}.${region}.${urlSuffix}`) } },
    }),
  ];
}

/** The encryption of a queue: by a key of one's own, or by SQS's. */
export function queueEncryption(key: IKey | undefined): Pick<QueueProps, "encryption" | "encryptionMasterKey"> {
  return key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key };
}
