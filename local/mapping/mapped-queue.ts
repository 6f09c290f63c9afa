import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { SqsCalls } from "../aws/in-process-sqs.ts";

/**
 * The calls of a mapping to its queue. Only `receive` rejects; after any other failure the queue delivers the message again.
 */
type MappedQueue = {
  receive(count: number, waitSeconds: number): Promise<readonly Message[]>;
  /** Deletes the messages of these records. */
  remove(records: readonly SQSRecord[]): Promise<void>;
  /** Makes them visible again at once. */
  release(records: readonly SQSRecord[]): Promise<void>;
};

type Given = {
  readonly sqs: SqsCalls;
  readonly queueUrl: string;
  /** How long received messages stay hidden; defaults to the queue's own time. */
  readonly hiddenSeconds?: number;
  /** Cuts off receives and releases. */
  readonly signal: AbortSignal;
  readonly log: (kind: "delete" | "release", text: string) => void;
};

export function createMappedQueue({ sqs, queueUrl: QueueUrl, hiddenSeconds, signal, log }: Given): MappedQueue {
  return {
    async receive(count, waitSeconds) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: waitSeconds,
        ...defined({ VisibilityTimeout: hiddenSeconds }),
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      });
      return (await sqs.send(command, { abortSignal: signal })).Messages ?? [];
    },

    async remove(records) {
      for (const some of tens(records)) {
        const Entries = some.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
        try {
          const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
          for (const { Id, Code } of Failed) log("delete", `Cannot delete ${some[Number(Id)]?.messageId}: ${Code}`);
        } catch (error) {
          log("delete", `Cannot delete ${some.length} processed messages, they will be delivered again: ${error}`);
        }
      }
    },

    async release(records) {
      for (const some of tens(records)) {
        const Entries = some.map(({ receiptHandle }, index) => {
          return { Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
        });
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
        try {
          const { Failed = [] } = await sqs.send(command, { abortSignal: signal });
          for (const { Id, Code } of Failed) log("release", `Cannot release ${some[Number(Id)]?.messageId}: ${Code}`);
        } catch (error) {
          log("release", `Cannot release ${some.length} messages, they are delivered again later: ${error}`);
        }
      }
    },
  };
}

/** As many as SQS takes in one call. */
function* tens(records: readonly SQSRecord[]): Generator<readonly SQSRecord[]> {
  for (let from = 0; from < records.length; from += 10) yield records.slice(from, from + 10);
}
