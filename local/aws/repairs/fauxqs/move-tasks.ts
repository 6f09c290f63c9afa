/**
 * fauxqs 2.4.1, app.js:70: StartMessageMoveTask, ListMessageMoveTasks and ListDeadLetterSourceQueues are not there
 * (InvalidAction).
 * AWS moves dead letters back to the queues that they failed in, or to a named one.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
import { randomUUID } from "node:crypto";
import type {
  ListDeadLetterSourceQueuesRequest,
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskRequest,
} from "@aws-sdk/client-sqs";
import { AwsRefusal, type Operation, operationName } from "../../endpoint.ts";
import { sourceArnOf, sourceQueues } from "./dead-letter-source.ts";
import type { SqsQueue } from "./fauxqs.d.ts";
import type { Fauxqs } from "./repair.ts";

/**
 * Adds the three operations.
 *
 * As on AWS a moved message gets a new MessageId and time, and a receive count of zero. Unlike on AWS a task is over
 * when StartMessageMoveTask answers, moves only what is visible then, heeds no rate, and takes a message that was sent
 * straight to the dead-letter queue for one that failed, if there is only one queue it could have failed in.
 */
export function repairMoveTasks({ app, sqsStore: store, modules: { SqsStore } }: Fauxqs): void {
  const tasks: ListMessageMoveTasksResultEntry[] = [];

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
      const target = destination ?? queueOf("DestinationArn", sourceArnOf(store, message, deadLetterQueue));
      const { body, messageAttributes, messageGroupId, messageDeduplicationId } = message;
      target.enqueue(
        SqsStore.createMessage(body, messageAttributes, undefined, messageGroupId, messageDeduplicationId),
      );
      deadLetterQueue.deleteMessage(letter.ReceiptHandle);
    }
  }

  function startMessageMoveTask(input: StartMessageMoveTaskRequest) {
    const deadLetterQueue = queueOf("SourceArn", input.SourceArn);
    if (sourceQueues(store, deadLetterQueue).length === 0) {
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
    return { queueUrls: sourceQueues(store, queue).map(({ url }) => url) };
  }

  const operations = new Map<string, Operation>([
    ["StartMessageMoveTask", startMessageMoveTask],
    ["ListMessageMoveTasks", listMessageMoveTasks],
    ["ListDeadLetterSourceQueues", listDeadLetterSourceQueues],
  ]);

  app.addHook("preHandler", (request, reply, done) => {
    const operation = operations.get(operationName(request));
    if (!operation) return done();
    reply.header("content-type", "application/x-amz-json-1.0");
    try {
      reply.send(operation(request.body as never));
    } catch (error) {
      if (!(error instanceof AwsRefusal)) throw error;
      reply.code(400).send({ __type: `com.amazonaws.sqs#${error.name}`, message: error.message });
    }
  });
}
