import { GetQueueAttributesCommand, type QueueAttributeName, type SQSClient } from "@aws-sdk/client-sqs";
import { queueUrl } from "../stage/queue-url.ts";

const counts = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
] as const satisfies readonly QueueAttributeName[];

/** The events in a queue, hidden ones included; undefined where there is no such queue. */
export async function eventsIn(sqs: SQSClient, name: string): Promise<number | undefined> {
  const QueueUrl = await queueUrl(sqs, name);
  if (QueueUrl === undefined) return undefined;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] }));
  return counts.reduce((sum, one) => sum + Number(Attributes[one] ?? 0), 0);
}
