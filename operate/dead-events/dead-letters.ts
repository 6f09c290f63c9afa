import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** The letters of a DLQ, as far as they were read; `about`: SQS's own count. */
type DeadLetters = {
  readonly letters: readonly Message[];
  readonly about: number;
  /** Removes a letter for good. */
  remove(letter: Message): Promise<void>;
};

export type Reading = {
  /** The number of letters that are read at most, since a DLQ can hold more than anybody reads. */
  readonly most: number;
  /** On AWS 1 or more: a poll that waits asks all of SQS's servers, and only then does "none" mean none. */
  readonly waitSeconds: number;
  /** Ends the reading: what was read until then is used. */
  readonly signal?: AbortSignal;
  /** How long SQS keeps a letter for a reader that was killed; 120 by default. While `use` runs it is held on. */
  readonly holdSeconds?: number;
};

const readingSeconds = 60;

/**
 * Reads a DLQ, holds its letters while `use` runs, however long, and gives those that are left back when it ends. SQS
 * counts each reading as a receive. No letter is lost by that, since a DLQ has no DLQ of its own; but from the third on
 * SQS leaves the letter out of the queue's age.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export async function withDeadLetters<Result>(
  sqs: SQSClient,
  QueueUrl: string,
  { most, waitSeconds, signal, holdSeconds = 120 }: Reading,
  use: (found: DeadLetters) => Promise<Result>,
): Promise<Result> {
  const held = new Map<string, Message>();
  const again = setInterval(() => void hold(sqs, QueueUrl, [...held.values()], holdSeconds), holdSeconds * 500);
  try {
    const about = await countOf(sqs, QueueUrl);
    const until = performance.now() + readingSeconds * 1000;
    while (held.size < most && performance.now() < until && signal?.aborted !== true) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(10, most - held.size),
          VisibilityTimeout: holdSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) break;
      for (const letter of Messages) held.set(letter.MessageId ?? "", letter);
    }
    const letters = [...held.values()];
    return await use({
      letters,
      about: Math.max(about, letters.length),
      async remove(letter) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: letter.ReceiptHandle }));
        held.delete(letter.MessageId ?? "");
      },
    });
  } finally {
    clearInterval(again);
    await hold(sqs, QueueUrl, [...held.values()], 0);
  }
}

/** The number of letters in a DLQ, including those that are being read; SQS calls it approximate. */
export async function countOf(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** How long a queue keeps a message after its send, in milliseconds. */
export async function retentionOf(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["MessageRetentionPeriod"] });
  return Number((await sqs.send(asked)).Attributes?.MessageRetentionPeriod) * 1000;
}

/** Hides letters for so many seconds more; 0 gives them back. */
async function hold(sqs: SQSClient, QueueUrl: string, letters: readonly Message[], seconds: number): Promise<void> {
  for (let from = 0; from < letters.length; from += 10) {
    const Entries = letters.slice(from, from + 10).map(({ ReceiptHandle }, index) => {
      return { Id: String(index), ReceiptHandle, VisibilityTimeout: seconds };
    });
    // Else SQS gives them back when the hold ends.
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => {});
  }
}
