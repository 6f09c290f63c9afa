import { randomBytes } from "node:crypto";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type TimeToLiveSpecification,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Reach } from "../local-run.ts";
import { nameOf, type Resource } from "../template.ts";
import { clientFor } from "./endpoint.ts";
import { expireObjects } from "./repairs/fauxqs/lifecycle.ts";

/**
 * Makes the template's tables, queues, buckets and secrets in the embedded services, with the template's own settings.
 * Resources kept from an earlier run stay unchanged, except a queue's settings, which follow the template,
 * and objects that have expired, which are deleted.
 */
export async function provision(resources: readonly Resource[], { endpoints, accessKeyId }: Reach): Promise<void> {
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const dynamoDb = new DynamoDBClient(clientFor(endpoints.dynamodb, accessKeyId));
  const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
  const s3 = new S3Client(clientFor(endpoints.s3, accessKeyId));
  const secrets = new SecretsManagerClient(clientFor(endpoints.secretsmanager, accessKeyId));
  try {
    for (const table of of("AWS::DynamoDB::Table")) await createTable(dynamoDb, table);
    // A redrive policy names a DLQ that must be there: first all queues, then what they say of each other.
    for (const queue of of("AWS::SQS::Queue")) await sqs.send(new CreateQueueCommand({ QueueName: nameOf(queue) }));
    for (const queue of of("AWS::SQS::Queue")) {
      const QueueUrl = `${endpoints.sqs}/000000000000/${nameOf(queue)}`;
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: queueAttributes(queue) }));
    }
    for (const bucket of of("AWS::S3::Bucket")) {
      await unlessThere(s3.send(new CreateBucketCommand({ Bucket: nameOf(bucket) })));
      await expireObjects(s3, bucket);
    }
    for (const secret of of("AWS::SecretsManager::Secret")) {
      // Base64, whatever its length and characters should be: the only one of a stage is so.
      const generated = secret.properties.GenerateSecretString === undefined ? {} : { SecretString: randomSecret() };
      await unlessThere(secrets.send(new CreateSecretCommand({ Name: nameOf(secret), ...generated })));
    }
  } finally {
    for (const client of [dynamoDb, sqs, s3, secrets]) client.destroy();
  }
}

async function createTable(client: DynamoDBClient, table: Resource): Promise<void> {
  const { properties } = table;
  const name = nameOf(table);
  const input = { TableName: name, BillingMode: "PAY_PER_REQUEST" } as const;
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties as Pick<
    CreateTableCommandInput,
    "KeySchema" | "AttributeDefinitions" | "GlobalSecondaryIndexes" | "LocalSecondaryIndexes"
  >;
  const indexes = {
    GlobalSecondaryIndexes: GlobalSecondaryIndexes?.map(onDemand),
    LocalSecondaryIndexes: LocalSecondaryIndexes?.map(onDemand),
  };
  await unlessThere(
    client.send(new CreateTableCommand({ ...input, KeySchema, AttributeDefinitions, ...defined(indexes) })),
  );
  const ttl = properties.TimeToLiveSpecification as TimeToLiveSpecification | undefined;
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  if (ttl !== undefined && TimeToLiveDescription?.TimeToLiveStatus !== "ENABLED")
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: ttl }));
}

/** An index of a table that is on demand here, whatever it is on AWS. */
function onDemand<Index extends Pick<GlobalSecondaryIndex, "IndexName" | "KeySchema" | "Projection">>(index: Index) {
  const { IndexName, KeySchema, Projection } = index;
  return { IndexName, KeySchema, Projection };
}

function randomSecret(): string {
  return randomBytes(48).toString("base64");
}

/** How the services say that what was to be made is there already. */
const thereAlready = new Set(["ResourceInUseException", "ResourceExistsException", "BucketAlreadyOwnedByYou"]);

async function unlessThere(creating: Promise<unknown>): Promise<void> {
  try {
    await creating;
  } catch (error) {
    if (!(error instanceof Error && thereAlready.has(error.name))) throw error;
  }
}

/** CloudFormation's properties that are attributes of the same name. */
const attributes = [
  "VisibilityTimeout",
  "MessageRetentionPeriod",
  "DelaySeconds",
  "ReceiveMessageWaitTimeSeconds",
  "MaximumMessageSize",
];
const policies = ["RedrivePolicy", "RedriveAllowPolicy"];

function queueAttributes({ properties }: Resource): Record<string, string> {
  const plain = attributes
    .filter((name) => properties[name] !== undefined)
    .map((name) => [name, String(properties[name])]);
  const json = policies
    .filter((name) => properties[name] !== undefined)
    .map((name) => [name, JSON.stringify(properties[name])]);
  return Object.fromEntries([...plain, ...json]);
}
