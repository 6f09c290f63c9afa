import { Fn, Stack } from "aws-cdk-lib";
import { CfnDashboard } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { namespace } from "../../../lambdas/aws/log/metrics.ts";
import { defined } from "../../../lambdas/core/bytes/defined.ts";
import { dlqName } from "../../queue-names.ts";
import { type AlarmSet, isAmong } from "../alarms/alarm.ts";
import { alarmName } from "../alarms/kinds.ts";
import { stageKinds } from "../alarms/stage-alarms.ts";
import { queuePage } from "./console.ts";

type DashboardProps = {
  readonly stage: string;
  readonly verifierName: string;
  readonly tableName: string;
  /** Absent where the HTTP API is not deployed. */
  readonly apiId?: string;
  readonly set: AlarmSet;
  readonly events: readonly { readonly name: string; readonly source: string; readonly queue: string }[];
};

type Widget = {
  readonly type: string;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
};
type Metric = readonly unknown[];

/** A value that CloudFormation puts in. */
const stackValue = (name: string) => `\${${name}}`;

/**
 * The dashboard of a stage, `hookline-<stage>`. Queues, sources and processors are found by searches, so that its size
 * grows by a link to its DLQ for each event type, and by nothing else. Costs 3 USD a month beyond an account's first three.
 */
export function createDashboard(scope: Construct, props: DashboardProps): CfnDashboard {
  const { stage, apiId } = props;
  const functions = functionTokens(Stack.of(scope));
  const rows = [
    status(props),
    deliveries(stage),
    latencies(props),
    queues(stage),
    processors(stage, functions),
    costs(stage, functions),
  ];
  const links = linksBySource(stage, props.events, Stack.of(scope).region);
  const widgets = [...rows, ...inRows(links, 3)].flatMap(placed);
  return new CfnDashboard(scope, "Dashboard", {
    dashboardName: `hookline-${stage}`,
    // Substituted as one text: a token within it would be a join of a thousand parts.
    dashboardBody: Fn.sub(JSON.stringify({ start: "-PT12H", widgets }), {
      Verifier: props.verifierName,
      Table: props.tableName,
      ...defined({ Api: apiId }),
    }),
  });
}

function status({ stage, set }: DashboardProps): readonly Widget[] {
  const alarms = stageKinds.flatMap((kind) =>
    isAmong(set, kind)
      ? [`arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${alarmName(stage, kind)}`]
      : [],
  );
  return [{ type: "alarm", height: 2, properties: { title: "Alarms of the stage; sources have their own", alarms } }];
}

function deliveries(stage: string): readonly Widget[] {
  const ofStage = (name: string): Metric => [namespace, name, "Stage", stage];
  const bySource = (name: string) => [
    search(`{${namespace},Stage,Source} MetricName="${name}" Stage="${stage}"`, "Sum"),
  ];
  const outcomes = ["Accepted", "Duplicate", "Ignored", "Refused", "Unavailable"].map(ofStage);
  const odd = [
    "DedupeUnavailable",
    "Forwarded",
    "MarkFailed",
    "SecretUnset",
    "SecretUnusable",
    "Spilled",
    "SpillLeft",
    "TestIgnored",
    "Unreadable",
  ].map(ofStage);
  return [
    graph("Deliveries by outcome", outcomes, { stat: "Sum", stacked: true }),
    graph("Accepted, by source", bySource("Accepted")),
    graph("Signature failures, by source", bySource("SignatureInvalid")),
    graph("Faults", odd, { stat: "Sum" }),
  ];
}

function latencies({ stage, apiId }: DashboardProps): readonly Widget[] {
  const percentiles = (metric: Metric) => ["p50", "p95", "p99"].map((stat) => [...metric, { stat, label: stat }]);
  const url: Metric = [
    "AWS/Lambda",
    "UrlRequestLatency",
    "FunctionName",
    stackValue("Verifier"),
    { stat: "p99", label: "URL p99" },
  ];
  const api: Metric = ["AWS/ApiGateway", "Latency", "ApiId", stackValue("Api"), { stat: "p99", label: "HTTP API p99" }];
  return [
    graph("Answer, measured in the verifier (ms)", percentiles([namespace, "AnswerMilliseconds", "Stage", stage])),
    graph("Verifier's duration (ms)", percentiles(["AWS/Lambda", "Duration", "FunctionName", stackValue("Verifier")])),
    graph("At the entrances (ms)", apiId === undefined ? [url] : [url, api]),
  ];
}

function queues(stage: string): readonly Widget[] {
  const deepest = (name: string, terms: string) => [
    search(`{AWS/SQS,QueueName} MetricName="${name}" hookline ${stage} ${terms}`, "Maximum", 20),
  ];
  return [
    graph("Queue depth, the 20 deepest", deepest("ApproximateNumberOfMessagesVisible", "NOT dlq")),
    graph("In flight or in back-off", deepest("ApproximateNumberOfMessagesNotVisible", "NOT dlq")),
    graph("Age of the oldest event (s)", deepest("ApproximateAgeOfOldestMessage", "NOT dlq")),
    graph("DLQ depth", deepest("ApproximateNumberOfMessagesVisible", "dlq")),
  ];
}

function processors(stage: string, functions: string): readonly Widget[] {
  const ofStage = (name: string): Metric => [namespace, name, "Stage", stage];
  const ofLambdas = (name: string) => [
    search(`{AWS/Lambda,FunctionName} MetricName="${name}" ${functions}`, "Sum", 20),
  ];
  const ages = ["QueuedSeconds", "OldestSeconds"].map(ofStage);
  return [
    graph("Runs by end", ["ItemsDone", "ItemsFailed", "ItemsDead"].map(ofStage), { stat: "Sum", stacked: true }),
    graph("Wait for the first run, and age at any (s)", ages, { stat: "Maximum" }),
    graph("Functions that fail", ofLambdas("Errors")),
    graph("Functions throttled", ofLambdas("Throttles")),
  ];
}

function costs(stage: string, functions: string): readonly Widget[] {
  const sum = (label: string, schema: string, terms = `hookline ${stage}`) => [
    { expression: `SUM(SEARCH('${schema} ${terms}', 'Sum', 300))`, label },
  ];
  const lambda = (name: string) => `{AWS/Lambda,FunctionName} MetricName="${name}"`;
  const sqs = (name: string) => `{AWS/SQS,QueueName} MetricName="${name}"`;
  const table = (name: string): Metric => ["AWS/DynamoDB", name, "TableName", stackValue("Table")];
  return [
    graph("Lambda invocations", [sum("invocations", lambda("Invocations"), functions)]),
    graph("Table: units written and read", [table("ConsumedWriteCapacityUnits"), table("ConsumedReadCapacityUnits")], {
      stat: "Sum",
    }),
    graph("SQS requests: sent, received, empty, deleted", [
      sum("sent", sqs("NumberOfMessagesSent")),
      sum("received", sqs("NumberOfMessagesReceived")),
      sum("empty receives", sqs("NumberOfEmptyReceives")),
      sum("deleted", sqs("NumberOfMessagesDeleted")),
    ]),
    graph("Log bytes", [sum("bytes", `{AWS/Logs,LogGroupName} MetricName="IncomingBytes"`)]),
  ];
}

/**
 * The words by which a search finds the functions of a stack and of its nested stacks. CloudFormation names each after 24
 * characters of its stack's name, a nested stack's after its parent's, and a search compares whole words: what is cut is left out.
 */
function functionTokens(stack: Stack): string {
  const name = rootOf(stack).stackName;
  const words = name.slice(0, 24).split("-");
  const isCut = name.length > 24 && name[24] !== "-";
  return (isCut && words.length > 1 ? words.slice(0, -1) : words).join(" ");
}

function rootOf(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : rootOf(stack.nestedStackParent);
}

/** For each source, its event types with the console's page of their DLQ, where *Start DLQ redrive* is. */
function linksBySource(stage: string, events: DashboardProps["events"], region: string): readonly Widget[] {
  const sources = [...new Set(events.map(({ source }) => source))].sort();
  return sources.map((source) => {
    const own = events.filter((event) => event.source === source);
    const lines = own.map(({ name, queue }) => `- [${name}](${queuePage(dlqName(stage, queue), region)})`);
    const markdown = [`### DLQs of ${source}`, "Redrive by *Start DLQ redrive* on the page.", "", ...lines].join("\n");
    return { type: "text", height: 5, properties: { markdown } };
  });
}

/** Series that a search finds; with `most`, those with the highest values alone. */
function search(query: string, statistic: string, most?: number): Metric {
  const found = `SEARCH('${query}', '${statistic}', 300)`;
  return [{ expression: most === undefined ? found : `SORT(${found}, MAX, DESC, ${most})` }];
}

function graph(
  title: string,
  metrics: readonly Metric[],
  more: { readonly stat?: string; readonly stacked?: boolean } = {},
): Widget {
  const properties = { title, region: stackValue("AWS::Region"), view: "timeSeries", period: 300, metrics, ...more };
  return { type: "metric", height: 6, properties };
}

function inRows(widgets: readonly Widget[], length: number): readonly (readonly Widget[])[] {
  return widgets.flatMap((_, index) => (index % length === 0 ? [widgets.slice(index, index + length)] : []));
}

/** A row over the 24 columns of a dashboard; CloudWatch stacks rows by itself where none says its `y`. */
function placed(row: readonly Widget[]): readonly object[] {
  const width = Math.floor(24 / row.length);
  return row.map((widget) => ({ ...widget, width }));
}
