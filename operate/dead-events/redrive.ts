import {
  GetQueueAttributesCommand,
  type Message,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { at, parseJson } from "../../lambdas/core/events/fields.ts";
import { countOf, type Reading, withDeadLetters } from "./dead-letters.ts";
import type { Pipeline } from "./dlq-place.ts";

/** Moves everything in a DLQ back to its queue. Returns about how many; 0: there was nothing to move. */
export async function redriveAll(sqs: SQSClient, { dlq }: Pipeline, dryRun: boolean): Promise<number> {
  const count = await countOf(sqs, dlq);
  if (count === 0 || dryRun) return count;
  const asked = new GetQueueAttributesCommand({ QueueUrl: dlq, AttributeNames: ["QueueArn"] });
  const SourceArn = (await sqs.send(asked)).Attributes?.QueueArn;
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  return count;
}

/**
 * Moves the copies of one event from a DLQ to its queue. Each is sent before it is deleted: a crash between the two
 * leaves a copy too many, which its processor recognises, and never one too few.
 *
 * @returns How many copies; `wasAll`: whether every letter of the DLQ was looked at.
 */
export async function redriveOne(
  sqs: SQSClient,
  { queue, dlq }: Pipeline,
  id: string,
  options: Reading & { readonly dryRun: boolean },
): Promise<{ readonly copies: number; readonly wasAll: boolean }> {
  return await withDeadLetters(sqs, dlq, options, async ({ letters, about, remove }) => {
    const copies = letters.filter((letter) => idOf(letter) === id);
    for (const letter of options.dryRun ? [] : copies) {
      await sqs.send(toSend(queue, letter));
      await remove(letter);
    }
    return { copies: copies.length, wasAll: letters.length >= about };
  });
}

function idOf(letter: Message): unknown {
  return at(parseJson(new TextEncoder().encode(letter.Body ?? "")), "/id");
}

/** A letter with everything that it was sent with. SQS sets its own attributes (times, receives) anew. */
function toSend(QueueUrl: string, { Body, MessageAttributes, Attributes, MessageId }: Message): SendMessageCommand {
  const { AWSTraceHeader: trace, MessageGroupId } = Attributes ?? {};
  const MessageSystemAttributes =
    trace === undefined ? undefined : { AWSTraceHeader: { DataType: "String", StringValue: trace } };
  // Not the sender's id: for 5 minutes after its send SQS would swallow the copy and say that it was sent.
  const MessageDeduplicationId = QueueUrl.endsWith(".fifo") ? MessageId : undefined;
  return new SendMessageCommand({
    QueueUrl,
    MessageBody: Body,
    ...defined({ MessageAttributes, MessageSystemAttributes, MessageGroupId, MessageDeduplicationId }),
  });
}
