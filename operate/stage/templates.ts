/** A template of docs/iam. */
type Template = "viewer" | "operator" | "eraser" | "deployer";

/** Each action that a template allows, and the objects or secrets that it allows it on; a test holds it equal to docs/iam. */
const allowed: Readonly<Record<Template, Readonly<Record<string, RegExp>>>> = {
  viewer: {
    ...anywhere("cloudformation", "GetTemplateSummary"),
    "cloudformation:DescribeStacks": /^(?!.*\bCDKToolkit\b)/,
    ...anywhere("cloudwatch", "DescribeAlarms", "GetMetricData"),
    ...anywhere("sqs", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"),
    ...anywhere("dynamodb", "BatchGetItem", "GetItem"),
    ...anywhere("lambda", "GetAccountSettings", "GetAlias", "GetFunctionConfiguration", "GetPolicy"),
    ...anywhere("lambda", "ListEventSourceMappings", "ListVersionsByFunction"),
    "lambda:InvokeFunction": /:live$/,
    ...anywhere("logs", "GetQueryResults", "StartQuery"),
    ...anywhere("sns", "ListSubscriptionsByTopic"),
    ...anywhere("s3", "ListBucket"),
    "s3:GetObject": inBucket("archive", "claims"),
    "secretsmanager:GetSecretValue": /(^|:)hookline\//,
  },
  operator: {
    ...anywhere("sqs", "CancelMessageMoveTask", "DeleteMessage", "ListMessageMoveTasks", "SendMessage"),
    ...anywhere("sqs", "StartMessageMoveTask"),
    ...anywhere("lambda", "InvokeFunction", "UpdateAlias", "UpdateEventSourceMapping"),
    "s3:GetObject": inBucket("replays"),
    "s3:PutObject": inBucket("replays"),
    "secretsmanager:GetSecretValue": /(^|:)hookline(-api)?\//,
    ...anywhere("secretsmanager", "PutSecretValue"),
  },
  eraser: {
    ...anywhere("sqs", "DeleteMessage"),
    ...anywhere("dynamodb", "UpdateItem"),
    "s3:GetObject": inBucket("spill"),
    "s3:PutObject": inBucket("archive", "erased"),
    "s3:DeleteObject": inBucket("claims", "spill"),
  },
  deployer: {
    ...anywhere("cloudformation", "DescribeStackEvents", "DescribeStacks", "GetTemplate", "GetTemplateSummary"),
    ...anywhere("cloudformation", "ListStackResources"),
    ...anywhere("cloudwatch", "DescribeAlarms", "ListDashboards"),
    ...anywhere("sqs", "GetQueueAttributes", "GetQueueUrl"),
    ...anywhere("lambda", "DeleteFunction", "GetAccountSettings", "GetAlias", "ListAliases"),
    ...anywhere("lambda", "ListVersionsByFunction"),
    ...anywhere("logs", "DescribeLogGroups"),
    ...anywhere("sns", "ListSubscriptionsByTopic"),
    "sts:AssumeRole": /:role\/cdk-/,
    "secretsmanager:DescribeSecret": /(^|:)hookline\//,
  },
};

/** The templates that allow an action on a resource, as paths. */
export function templatesOf(action: string, resource: string): readonly string[] {
  return Object.entries(allowed)
    .filter(([, actions]) => Object.hasOwn(actions, action) && actions[action]?.test(resource))
    .map(([template]) => `docs/iam/${template}.json`);
}

function anywhere(prefix: string, ...names: readonly string[]): Readonly<Record<string, RegExp>> {
  return Object.fromEntries(names.map((name) => [`${prefix}:${name}`, /^/]));
}

/** Objects under one of these prefixes, by their ARN. */
function inBucket(...prefixes: readonly string[]): RegExp {
  return new RegExp(`^[^/]+/(${prefixes.join("|")})/`);
}
