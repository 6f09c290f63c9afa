import { CfnOutput, Fn, Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { ReceiverCode } from "../build/receiver-code.ts";
import { type AlarmTarget, deployedEvent, factsKey, type ReceiverFacts } from "../receiver-facts.ts";
import { dashboardPage } from "./dashboard/console.ts";

/** Writes the facts of a receiver into its stack's outputs and metadata, where commands find them. */
export function describeReceiver(
  receiver: Construct,
  parts: {
    readonly stage: string;
    readonly allowSend: boolean;
    readonly alarmTarget: AlarmTarget | undefined;
    readonly code: Pick<ReceiverCode, "sources" | "events">;
    readonly functionUrl: string | undefined;
    readonly apiUrl: string | undefined;
    readonly domain: string | undefined;
    readonly domainTarget: string | undefined;
    readonly topic: ITopic;
    readonly table: ITable;
    readonly bucket: IBucket;
    readonly verifierName: string;
    readonly dashboardName: string;
    readonly expectedWithinHours: (source: string) => number | undefined;
  },
): void {
  const { stage, code, functionUrl, apiUrl, domainTarget } = parts;
  const stack = Stack.of(receiver);
  const said: Readonly<Record<string, readonly [value: string | undefined, description: string]>> = {
    FunctionUrl: [functionUrl, "Give this to providers, with the source's name behind it"],
    ApiUrl: [apiUrl, "The HTTP API in front of the same verifier"],
    DomainTarget: [domainTarget, `Where ${parts.domain} points to`],
    AlarmTopic: [parts.topic.topicArn, "The topic of the alarms"],
    TableName: [parts.table.tableName, "The table of the records"],
    BucketName: [parts.bucket.bucketName, "The bucket of large bodies, the spill and the archive"],
    VerifierName: [parts.verifierName, "The verifier's function"],
    DashboardUrl: [Fn.sub(dashboardPage(stack.region), { Name: parts.dashboardName }), "The dashboard in the console"],
  };
  const outputs = Object.entries(said).flatMap(([name, [value, description]]) =>
    value === undefined ? [] : [[name, new CfnOutput(receiver, name, { value, description }).logicalId] as const],
  );
  const expected = Object.keys(code.sources).flatMap((source) => {
    const hours = parts.expectedWithinHours(source);
    return hours === undefined ? [] : [[source, hours] as const];
  });
  const facts: ReceiverFacts = {
    stage,
    sources: code.sources,
    events: code.events.map(deployedEvent),
    replays: true,
    ...(parts.allowSend ? { allowSend: true } : {}),
    ...defined({ alarmTarget: parts.alarmTarget }),
    ...(expected.length === 0 ? {} : { expectedWithinHours: Object.fromEntries(expected) }),
    outputs: Object.fromEntries(outputs),
  };
  stack.addMetadata(factsKey(stage), facts);
}
