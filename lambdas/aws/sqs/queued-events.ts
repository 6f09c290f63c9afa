import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { queueUrlOf } from "../../core/partitions.ts";
import type { QueuedEvent } from "../../core/processing/process-options.ts";
import { callWithin } from "../calls.ts";

/** Twelve hours: the longest visibility timeout that SQS takes. */
const longestSeconds = 43_200;

/**
 * The copies in an SQS event; their back-off is SQS's visibility timeout.
 *
 * @example
 * ```ts
 * import { processBatch, type ProcessOptions } from "@hookline/hookline";
 * import { fromSqsEvent } from "@hookline/hookline/aws";
 * import { SQSClient } from "@aws-sdk/client-sqs";
 * import type { SQSEvent } from "aws-lambda";
 *
 * const client = new SQSClient({ region: "us-east-1", maxAttempts: 1 });
 *
 * export async function process(event: SQSEvent, options: ProcessOptions) {
 *   const kept = await processBatch(fromSqsEvent(event, client), options);
 *   return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
 * }
 * ```
 */
export function fromSqsEvent(event: SQSEvent, client: SQSClient): readonly QueuedEvent[] {
  return event.Records.map((record) => ({
    messageId: record.messageId,
    receives: Number(record.attributes.ApproximateReceiveCount),
    envelope: record.body,
    retryIn: (seconds) => changeVisibility(record, Math.min(seconds, longestSeconds), client),
  }));
}

async function changeVisibility(record: SQSRecord, seconds: number, client: SQSClient): Promise<void> {
  // A record has its queue's ARN; the API wants the URL.
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl: queueUrlOf(record.eventSourceARN),
    ReceiptHandle: record.receiptHandle,
    VisibilityTimeout: seconds,
  });
  await callWithin({ tries: 2, milliseconds: 1000 }, (abortSignal) => client.send(command, { abortSignal }));
}
