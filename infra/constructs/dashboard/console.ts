import { partitionOf } from "../../../lambdas/core/partitions.ts";

/**
 * The page of a queue in the SQS console, where *Start DLQ redrive* is: a text for `Fn.sub`, since region and account
 * are CloudFormation's to put in.
 *
 * @param stackRegion The stack's own, which says whose console it is. Defaults to that of most partitions, also where
 * CloudFormation alone knows the region: then it is a token.
 */
export function queuePage(queueName: string, stackRegion = ""): string {
  const region = `\${AWS::Region}`;
  const queueUrl = `https%3A%2F%2Fsqs.${region}.\${AWS::URLSuffix}%2F\${AWS::AccountId}%2F${queueName}`;
  return `https://${region}.${partitionOf(stackRegion).consoleHost}/sqs/v3/home?region=${region}#/queues/${queueUrl}`;
}

/** The page of a dashboard in the CloudWatch console: a text for `Fn.sub`, which puts the `Name` in. */
export function dashboardPage(stackRegion = ""): string {
  const region = `\${AWS::Region}`;
  const { consoleHost } = partitionOf(stackRegion);
  return `https://${region}.${consoleHost}/cloudwatch/home?region=${region}#dashboards/dashboard/\${Name}`;
}
