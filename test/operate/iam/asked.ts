import type { Asked } from "./policy.ts";

/** A call of an SDK client. */
export type Call = { readonly service: string; readonly command: string; readonly input: unknown };

type Input = Readonly<Record<string, never>> & {
  readonly RequestItems?: Readonly<
    Record<string, { readonly Keys: readonly { readonly pk: { readonly S: string } }[] }>
  >;
};

export const place = { region: "eu-west-1", account: "123456789012" };

/** An ARN of the stage's account. */
export function arnOf(service: string, rest: string): string {
  return `arn:aws:${service}:${place.region}:${place.account}:${rest}`;
}

const lastOf = (text: string, by: string) => text.split(by).at(-1) ?? "";

/**
 * What IAM is asked for a call, by the Service Authorization Reference: its actions, resource types and condition keys.
 *
 * @param functionOf The function of an event source mapping, by its id.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function askedBy({ service, command, input }: Call, functionOf: (uuid: string) => string): readonly Asked[] {
  const operation = command.replace(/Command$/, "");
  const given = input as Input;
  const one = (resource: string, context: Asked["context"] = {}, action = operation): readonly Asked[] => [
    { action: `${service}:${action}`, resource, context },
  ];
  const onQueue = (name: string, ...actions: readonly string[]) =>
    actions.flatMap((action) => one(arnOf("sqs", name), {}, action));
  const onTable = (table: string, keys: readonly string[]) =>
    one(arnOf("dynamodb", `table/${table}`), { "dynamodb:LeadingKeys": keys });
  switch (`${service}:${operation}`) {
    case "cloudformation:DescribeStackEvents":
    case "cloudformation:DescribeStacks":
    case "cloudformation:GetTemplate":
    case "cloudformation:GetTemplateSummary":
    case "cloudformation:ListStackResources":
      return one(arnOf("cloudformation", `stack/${given.StackName}/1`));
    case "sqs:GetQueueUrl":
      return onQueue(given.QueueName ?? "", operation);
    case "sqs:ListMessageMoveTasks":
      return onQueue(lastOf(given.SourceArn ?? "", ":"), operation);
    case "sqs:StartMessageMoveTask": {
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
      const dlq = lastOf(given.SourceArn ?? "", ":");
      const moves = onQueue(dlq, operation, "ReceiveMessage", "DeleteMessage", "GetQueueAttributes");
      return [...moves, ...onQueue(dlq.replace("hookline-dlq-", "hookline-"), "SendMessage")];
    }
    case "sqs:ChangeMessageVisibilityBatch":
    case "sqs:SendMessageBatch":
    case "sqs:DeleteMessage":
    case "sqs:GetQueueAttributes":
    case "sqs:ReceiveMessage":
    case "sqs:SendMessage":
      return onQueue(lastOf(given.QueueUrl ?? "", "/"), operation.replace(/Batch$/, ""));
    case "s3:ListObjectsV2":
      return one(`arn:aws:s3:::${given.Bucket}`, { "s3:prefix": [given.Prefix ?? ""] }, "ListBucket");
    case "s3:HeadObject":
      return one(`arn:aws:s3:::${given.Bucket}/${given.Key}`, {}, "GetObject");
    case "s3:DeleteObject":
    case "s3:GetObject":
    case "s3:PutObject":
      return one(`arn:aws:s3:::${given.Bucket}/${given.Key}`);
    case "dynamodb:GetItem":
    case "dynamodb:UpdateItem":
      return onTable(given.TableName ?? "", [(given.Key as unknown as { pk: { S: string } }).pk.S]);
    case "dynamodb:BatchGetItem":
      return Object.entries(given.RequestItems ?? {}).flatMap(([table, { Keys }]) =>
        onTable(
          table,
          Keys.map(({ pk }) => pk.S),
        ),
      );
    case "cloudwatch:DescribeAlarms":
    case "cloudwatch:GetMetricData":
    case "cloudwatch:ListDashboards":
    case "lambda:GetAccountSettings":
    case "lambda:ListEventSourceMappings":
    case "logs:DescribeLogGroups":
    case "logs:GetQueryResults":
      return one("*");
    case "lambda:UpdateEventSourceMapping": {
      const uuid = given.UUID ?? "";
      return one(arnOf("lambda", `event-source-mapping:${uuid}`), { "lambda:FunctionArn": [functionOf(uuid)] });
    }
    case "lambda:GetFunctionConfiguration":
    case "lambda:GetPolicy":
      return one(arnOf("lambda", `function:${given.FunctionName}:${given.Qualifier}`));
    case "lambda:Invoke":
      return one(arnOf("lambda", `function:${given.FunctionName}:${given.Qualifier}`), {}, "InvokeFunction");
    case "lambda:GetAlias":
    case "lambda:UpdateAlias":
    case "lambda:ListAliases":
    case "lambda:ListVersionsByFunction":
      return one(arnOf("lambda", `function:${given.FunctionName}`));
    case "lambda:DeleteFunction":
      return one(arnOf("lambda", `function:${given.FunctionName}:${given.Qualifier}`));
    case "logs:StartQuery":
      return one(arnOf("logs", `log-group:${given.logGroupName}`));
    case "sns:ListSubscriptionsByTopic":
      return one(given.TopicArn ?? "");
    case "secretsmanager:DescribeSecret":
    case "secretsmanager:GetSecretValue":
    case "secretsmanager:PutSecretValue":
      // AWS ends the ARN of a secret in six characters of its own.
      return one(arnOf("secretsmanager", `secret:${given.SecretId}-AbCdEf`));
    default:
      throw new TypeError(`${service}:${operation} has no row here: see the Service Authorization Reference`);
  }
}
