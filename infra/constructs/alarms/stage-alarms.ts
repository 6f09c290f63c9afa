import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { archiveQueue, queueName } from "../../queue-names.ts";
import { awsFigure, createAlarm, figure, math, sum } from "./alarm.ts";
import { stuck } from "./event-alarms.ts";
import type { KindName } from "./kinds.ts";

export type StageAlarmsProps = {
  readonly stage: string;
  readonly verifierName: string;
  readonly tableName: string;
  /** How long the least patient provider of its sources waits for an answer. */
  readonly patienceSeconds: number;
  /** Absent where the HTTP API is not deployed. */
  readonly apiId?: string;
  readonly spillDrainName: string;
  /** There is an archive. */
  readonly archives: boolean;
};

/** The names of a stage's alarms, by where they lead to. */
type StageAlarms = {
  readonly intake: readonly string[];
  readonly processing: readonly string[];
  readonly warnings: readonly string[];
};

/** Half of what a delivery is given: half a second of the provider's patience is for the way of the answer. */
const slowMilliseconds = (patienceSeconds: number) => (patienceSeconds * 1000 - 500) / 2;
/** Half of a queue's retention of 7 days. */
const halfRetentionSeconds = 302_400;

/** The alarms that a stage has once, however many event types and sources there are. */
export function createStageAlarms(scope: Construct, props: StageAlarmsProps): StageAlarms {
  const { stage } = props;
  const own = (name: Parameters<typeof figure>[0], given?: Parameters<typeof figure>[2]) =>
    figure(name, { Stage: stage }, given);
  const ofVerifier = (name: string, given?: Parameters<typeof awsFigure>[3]) =>
    awsFigure("Lambda", name, { FunctionName: props.verifierName }, given);
  const make = (kind: KindName, rest: Omit<Parameters<typeof createAlarm>[2], "stage" | "kind">) =>
    createAlarm(scope, kind, { stage, kind, ...rest });

  return {
    intake: [
      make("verifier-faults", {
        metric: math(`100 * ${sum("errors", "unavailable")} / invocations`, {
          errors: ofVerifier("Errors"),
          unavailable: own("Unavailable"),
          invocations: ofVerifier("Invocations"),
        }),
        above: 1,
        datapoints: [2, 3],
      }),
      make("deliveries-throttled", { metric: ofVerifier("Throttles", { minutes: 1 }), above: 0, datapoints: [2, 3] }),
      make("secret-unset", { metric: own("SecretUnset"), above: 0 }),
      make("dedupe-down", {
        metric: math("100 * unavailable / deliveries", {
          unavailable: own("DedupeUnavailable"),
          deliveries: own("Deliveries"),
        }),
        above: 5,
        datapoints: [2, 3],
      }),
    ],
    processing: [
      // Counted at every receive, back-offs included: what SQS's own age leaves out after three.
      make("retention-risk", { metric: own("OldestSeconds", { statistic: "Maximum" }), above: halfRetentionSeconds }),
      make("events-spilled", spilled(own, props.spillDrainName)),
    ],
    warnings: [
      make("dedupe-unavailable", { metric: own("DedupeUnavailable"), above: 0 }),
      make("records-unfinished", {
        metric: math(
          `100 * ${sum("forwarded", "unmarked")} / accepted`,
          {
            forwarded: own("Forwarded", { minutes: 15 }),
            unmarked: own("MarkFailed", { minutes: 15 }),
            accepted: own("Accepted", { minutes: 15 }),
          },
          15,
        ),
        above: 1,
      }),
      // A run that is cut is not among a function URL's own 5xx.
      make("door-errors", entrances(props, "5", { errors: ofVerifier("Errors") }, 1)),
      // Ours are counted by the verifier; what remains never reached it.
      make("refused-at-edge", {
        ...entrances(props, "4", { ours: own("Refused") }, -1),
        above: 20,
        datapoints: [2, 3],
      }),
      make("slow-answers", {
        metric: ofVerifier("Duration", { statistic: "p99" }),
        above: slowMilliseconds(props.patienceSeconds),
        datapoints: [3, 5],
      }),
      make("event-unreadable", { metric: own("Unreadable"), above: 0 }),
      ...(props.archives ? [make("archive-stuck", stuck(queueName(stage, archiveQueue)))] : []),
      make("table-errors", tableErrors(props.tableName)),
      make("account-concurrency", accountConcurrency()),
      make("queue-lag", {
        metric: own("QueuedSeconds", { statistic: "Maximum" }),
        above: 300,
        datapoints: [3, 3],
      }),
      make("processor-failures", {
        metric: math(`100 * ${sum("failed", "dead")} / ${sum("failed", "dead", "done")}`, {
          failed: own("ItemsFailed"),
          dead: own("ItemsDead"),
          done: own("ItemsDone"),
        }),
        above: 10,
        datapoints: [3, 5],
      }),
    ],
  };
}

/** Spilled in these minutes, left by a drain, or a drain that failed. */
function spilled(own: (name: Parameters<typeof figure>[0]) => IMetric, FunctionName: string) {
  const errors = awsFigure("Lambda", "Errors", { FunctionName });
  const metric = math(sum("spilled", "left", "errors"), { spilled: own("Spilled"), left: own("SpillLeft"), errors });
  return { metric, above: 0 };
}

/** The 4xx or 5xx answers of the function URL and, where it is open, of the HTTP API; `more` is added or subtracted. */
function entrances(
  { verifierName, apiId }: StageAlarmsProps,
  digit: "4" | "5",
  more: Readonly<Record<string, IMetric>>,
  factor: 1 | -1,
) {
  const url = awsFigure("Lambda", `Url${digit}xxCount`, { FunctionName: verifierName });
  const api = apiId === undefined ? {} : { api: awsFigure("ApiGateway", `${digit}xx`, { ApiId: apiId }) };
  const parts = ["url", ...Object.keys(api), ...Object.keys(more).map((name) => `${factor} * ${name}`)];
  return { metric: math(sum(...parts), { url, ...api, ...more }), above: 0 };
}

function tableErrors(TableName: string) {
  const failed = (Operation: string) => awsFigure("DynamoDB", "SystemErrors", { TableName, Operation });
  const metric = math(sum("throttled", "put", "update", "get"), {
    throttled: awsFigure("DynamoDB", "WriteThrottleEvents", { TableName }),
    put: failed("PutItem"),
    update: failed("UpdateItem"),
    get: failed("GetItem"),
  });
  return { metric, above: 0, datapoints: [2, 3] as const };
}

/** Over all functions of the account in this region, since they share one limit. */
function accountConcurrency() {
  const dimensions = { Service: "Lambda", Type: "Resource", Resource: "ConcurrentExecutions", Class: "None" };
  const used = awsFigure("Usage", "ResourceCount", dimensions, { statistic: "Maximum" });
  return { metric: math("100 * used / SERVICE_QUOTA(used)", { used }), above: 80 };
}
