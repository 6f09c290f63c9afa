/**
 * fauxqs 2.4.1, sqs/actions/receiveMessage.js:49: a message of a dead-letter queue does not say which queue it failed in.
 * AWS says so in the attribute `DeadLetterQueueSourceArn`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
import type { ReceiveMessageRequest } from "@aws-sdk/client-sqs";
import { operationName } from "../../endpoint.ts";
import type { ReceivedMessage, SqsMessage, SqsQueue, SqsStore } from "./fauxqs.d.ts";
import type { Fauxqs } from "./repair.ts";

/** Known of those that failed since the start. */
const failedIn = new WeakMap<SqsMessage, string>();

/** The queues that have this dead-letter queue. */
export function sourceQueues(store: SqsStore, { arn }: SqsQueue): readonly SqsQueue[] {
  return [...store.queues.values()].filter(({ attributes }) => {
    const policy = JSON.parse(attributes.RedrivePolicy || "{}") as { deadLetterTargetArn?: string };
    return policy.deadLetterTargetArn === arn;
  });
}

/**
 * Where a dead letter failed; after a restart the one queue that has this dead-letter queue. Unlike on AWS that is also
 * said of a message that was sent straight to it.
 */
export function sourceArnOf(store: SqsStore, message: SqsMessage, deadLetterQueue: SqsQueue): string | undefined {
  const [only, another] = sourceQueues(store, deadLetterQueue);
  return failedIn.get(message) ?? (another ? undefined : only?.arn);
}

/** Notes where each message comes from that is moved to a dead-letter queue, and says it to who receives it. */
export function repairDeadLetterSource({ app, sqsStore }: Fauxqs): void {
  const createQueue = sqsStore.createQueue.bind(sqsStore);
  sqsStore.createQueue = (...definition) => noting(createQueue(...definition));

  app.addHook("preSerialization", async (request, _reply, answer) => {
    if (operationName(request) !== "ReceiveMessage") return answer;
    const asked = request.body as ReceiveMessageRequest;
    const names: string[] = [...(asked.MessageSystemAttributeNames ?? []), ...(asked.AttributeNames ?? [])];
    const queue = sqsStore.getQueue(asked.QueueUrl ?? "");
    if (!queue || !(names.includes("All") || names.includes("DeadLetterQueueSourceArn"))) return answer;
    for (const received of (answer as { Messages?: ReceivedMessage[] }).Messages ?? []) {
      const message = queue.inflightMessages.get(received.ReceiptHandle)?.message;
      const arn = message && sourceArnOf(sqsStore, message, queue);
      if (arn) received.Attributes = { ...received.Attributes, DeadLetterQueueSourceArn: arn };
    }
    return answer;
  });
}

function noting(queue: SqsQueue): SqsQueue {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (maximum, visibilitySeconds, findQueue) =>
    dequeue(maximum, visibilitySeconds, (deadLetterArn) => {
      const deadLetterQueue = findQueue?.(deadLetterArn);
      if (!deadLetterQueue) return undefined;
      const enqueue = (message: SqsMessage) => {
        failedIn.set(message, queue.arn);
        deadLetterQueue.enqueue(message);
      };
      return { enqueue };
    });
  return queue;
}
