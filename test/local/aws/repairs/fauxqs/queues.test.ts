import { setTimeout as delay } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { difference, outcomeOf, type Serve } from "./difference.ts";

const QueueUrl = "http://127.0.0.1/000000000000/orders";
const deadLetters = "http://127.0.0.1/000000000000/orders-dlq";
const SourceArn = "arn:aws:sqs:us-east-1:000000000000:orders-dlq";

async function createQueues(sqs: SQSClient): Promise<void> {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: SourceArn, maxReceiveCount: 1 });
  await sqs.send(new CreateQueueCommand({ QueueName: "orders-dlq" }));
  await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes: { RedrivePolicy } }));
}

const send = (sqs: SQSClient, trace: object = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", ...trace }));

async function receive(sqs: SQSClient, VisibilityTimeout: number, from = QueueUrl) {
  const asked = { QueueUrl: from, VisibilityTimeout, MessageSystemAttributeNames: ["All" as const] };
  return (await sqs.send(new ReceiveMessageCommand(asked))).Messages?.[0];
}

async function die(sqs: SQSClient): Promise<void> {
  await createQueues(sqs);
  await send(sqs);
  await receive(sqs, 0);
  await receive(sqs, 0);
}

difference("dead-letter-source", "a dead letter says where it failed", {
  async ask(serve: Serve) {
    return await serve(async ({ sqs }) => {
      await die(sqs);
      return (await receive(sqs, 0, deadLetters))?.Attributes?.DeadLetterQueueSourceArn;
    });
  },
  aws: "arn:aws:sqs:us-east-1:000000000000:orders",
});

difference("move-tasks", "a dead letter moves back to its queue", {
  async ask(serve: Serve) {
    return await serve(async ({ sqs }) => {
      await die(sqs);
      const outcomes = [
        await outcomeOf(sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters }))),
        await outcomeOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn }))),
        await outcomeOf(sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))),
      ];
      return [...outcomes, (await receive(sqs, 0))?.Body];
    });
  },
  aws: ["done", "done", "done", "x"],
});

difference("trace-header", "a message brings the trace that it was sent with", {
  async ask(serve: Serve) {
    return await serve(async ({ sqs }) => {
      await createQueues(sqs);
      const AWSTraceHeader = { DataType: "String", StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793" };
      await send(sqs, { MessageSystemAttributes: { AWSTraceHeader } });
      return (await receive(sqs, 0))?.Attributes?.AWSTraceHeader;
    });
  },
  aws: "Root=1-5759e988-bd862e3fe1be46a994272793",
});

difference("release-on-disk", "a visibility timeout of 0 gives a message back at once, on disk", {
  onDisk: true,
  async ask(serve: Serve) {
    return await serve(async ({ sqs }) => {
      await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
      await send(sqs);
      const ReceiptHandle = (await receive(sqs, 60))?.ReceiptHandle;
      const back = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      return [(await outcomeOf(sqs.send(back))) === "done", (await receive(sqs, 60))?.Body];
    });
  },
  aws: [true, "x"],
  fauxqs: [false, undefined],
});

difference("message-counts", "a message whose visibility timeout is over counts as visible", {
  async ask(serve: Serve) {
    return await serve(async ({ sqs }) => {
      await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
      await send(sqs);
      await receive(sqs, 1);
      // Its time is over by the clock of the same process.
      await delay(1100);
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
      return [Attributes?.ApproximateNumberOfMessages, Attributes?.ApproximateNumberOfMessagesNotVisible];
    });
  },
  aws: ["1", "0"],
  fauxqs: ["0", "1"],
});
