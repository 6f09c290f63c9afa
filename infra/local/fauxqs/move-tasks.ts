import { randomUUID } from "node:crypto";
import type {
  ListDeadLetterSourceQueuesRequest,
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResultEntry,
  ReceiveMessageRequest,
  StartMessageMoveTaskRequest,
} from "@aws-sdk/client-sqs";
import { AwsRefusal, type Operation, operationName } from "../endpoint.ts";
import type { App, ReceivedMessage, SqsMessage, SqsQueue, SqsStore, SqsStoreModule } from "./fauxqs.d.ts";

/** Which queue a dead letter failed in, by ARN; known for those that failed since the start. */
export type DeadLetterSources = WeakMap<SqsMessage, string>;

/** Notes where each message comes from that `store` moves to a dead-letter queue. Call it before any queue exists. */
export function traceDeadLetters(store: SqsStore): DeadLetterSources {
  const sources: DeadLetterSources = new WeakMap();
  const createQueue = store.createQueue.bind(store);
  store.createQueue = (...definition) => {
    const queue = createQueue(...definition);
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (maximum, visibilitySeconds, findQueue) =>
      dequeue(maximum, visibilitySeconds, (deadLetterArn) => {
        const deadLetterQueue = findQueue?.(deadLetterArn);
        if (!deadLetterQueue) return undefined;
        const enqueue = (message: SqsMessage) => {
          sources.set(message, queue.arn);
          deadLetterQueue.enqueue(message);
        };
        return { enqueue };
      });
    return queue;
  };
  return sources;
}

/**
 * Adds to a fauxqs server what it lacks of dead-letter queues: StartMessageMoveTask, ListMessageMoveTasks,
 * ListDeadLetterSourceQueues, and DeadLetterQueueSourceArn on received messages.
 *
 * As on AWS a moved message gets a new MessageId and time, and a receive count of zero. Unlike on AWS a task is over
 * when StartMessageMoveTask answers, moves only what is visible then, heeds no rate, and takes a message that was sent
 * straight to the dead-letter queue for one that failed, if there is only one queue it could have failed in.
 */
export function addRedrive(app: App, { SqsStore }: SqsStoreModule, store: SqsStore, sources: DeadLetterSources): void {
  const tasks: ListMessageMoveTasksResultEntry[] = [];

  function sourceQueues({ arn }: SqsQueue): SqsQueue[] {
    return [...store.queues.values()].filter(({ attributes }) => {
      const policy = JSON.parse(attributes.RedrivePolicy || "{}") as { deadLetterTargetArn?: string };
      return policy.deadLetterTargetArn === arn;
    });
  }

  /** After a restart: the one queue that has this dead-letter queue. */
  function sourceArn(message: SqsMessage, deadLetterQueue: SqsQueue): string | undefined {
    const [only, another] = sourceQueues(deadLetterQueue);
    return sources.get(message) ?? (another ? undefined : only?.arn);
  }

  function queueOf(parameter: string, arn = ""): SqsQueue {
    const queue = store.getQueueByArn(arn);
    if (queue) return queue;
    const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
    throw new AwsRefusal("ResourceNotFoundException", message);
  }

  /** Takes one message at a time, and sends it before deleting it: a process that dies leaves two, never none. */
  function moveMessages(deadLetterQueue: SqsQueue, destination: SqsQueue | undefined): number {
    for (let moved = 0; ; moved++) {
      const [letter] = deadLetterQueue.dequeue(1, 0);
      const message = letter && deadLetterQueue.inflightMessages.get(letter.ReceiptHandle)?.message;
      if (!message) return moved;
      const target = destination ?? queueOf("DestinationArn", sourceArn(message, deadLetterQueue));
      const { body, messageAttributes, messageGroupId, messageDeduplicationId } = message;
      target.enqueue(
        SqsStore.createMessage(body, messageAttributes, undefined, messageGroupId, messageDeduplicationId),
      );
      deadLetterQueue.deleteMessage(letter.ReceiptHandle);
    }
  }

  function startMessageMoveTask(input: StartMessageMoveTaskRequest) {
    const deadLetterQueue = queueOf("SourceArn", input.SourceArn);
    if (sourceQueues(deadLetterQueue).length === 0) {
      throw new AwsRefusal("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
    }
    const destination = input.DestinationArn ? queueOf("DestinationArn", input.DestinationArn) : undefined;
    if (destination === deadLetterQueue) {
      throw new AwsRefusal("InvalidParameterValue", "Source queue and destination queue must differ.");
    }
    const StartedTimestamp = Date.now();
    const ApproximateNumberOfMessagesMoved = moveMessages(deadLetterQueue, destination);
    // AWS shows the handle of a running task only.
    tasks.unshift({ ...input, Status: "COMPLETED", StartedTimestamp, ApproximateNumberOfMessagesMoved });
    return { TaskHandle: randomUUID() };
  }

  function listMessageMoveTasks({ SourceArn, MaxResults = 1 }: ListMessageMoveTasksRequest) {
    queueOf("SourceArn", SourceArn);
    return { Results: tasks.filter((task) => task.SourceArn === SourceArn).slice(0, MaxResults) };
  }

  function listDeadLetterSourceQueues({ QueueUrl = "" }: ListDeadLetterSourceQueuesRequest) {
    const queue = store.getQueue(QueueUrl);
    if (!queue) throw new AwsRefusal("QueueDoesNotExist", "The specified queue does not exist.");
    return { queueUrls: sourceQueues(queue).map(({ url }) => url) };
  }

  const operations = new Map<string, Operation>([
    ["StartMessageMoveTask", startMessageMoveTask],
    ["ListMessageMoveTasks", listMessageMoveTasks],
    ["ListDeadLetterSourceQueues", listDeadLetterSourceQueues],
  ]);

  app.addHook("preHandler", async (request, reply) => {
    const operation = operations.get(operationName(request));
    if (!operation) return;
    reply.header("content-type", "application/x-amz-json-1.0");
    try {
      return reply.send(await operation(request.body as never));
    } catch (error) {
      if (!(error instanceof AwsRefusal)) throw error;
      return reply.code(400).send({ __type: `com.amazonaws.sqs#${error.name}`, message: error.message });
    }
  });

  app.addHook("preSerialization", async (request, _reply, answer) => {
    if (operationName(request) !== "ReceiveMessage") return answer;
    const asked = request.body as ReceiveMessageRequest;
    const names: string[] = [...(asked.MessageSystemAttributeNames ?? []), ...(asked.AttributeNames ?? [])];
    const queue = store.getQueue(asked.QueueUrl ?? "");
    if (!queue || !(names.includes("All") || names.includes("DeadLetterQueueSourceArn"))) return answer;
    for (const received of (answer as { Messages?: ReceivedMessage[] }).Messages ?? []) {
      const message = queue.inflightMessages.get(received.ReceiptHandle)?.message;
      const arn = message && sourceArn(message, queue);
      if (arn) received.Attributes = { ...received.Attributes, DeadLetterQueueSourceArn: arn };
    }
    return answer;
  });
}
