/**
 * The page of a queue in the SQS console, where *Start DLQ redrive* is: a text for `Fn.sub`, since region and account
 * are CloudFormation's to put in.
 */
export function queuePage(queueName: string): string {
  const region = `\${AWS::Region}`;
  const queueUrl = `https%3A%2F%2Fsqs.${region}.\${AWS::URLSuffix}%2F\${AWS::AccountId}%2F${queueName}`;
  return `https://${region}.console.aws.amazon.com/sqs/v3/home?region=${region}#/queues/${queueUrl}`;
}
