import { setTimeout as sleep } from "node:timers/promises";
import { type Message, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { createPace } from "../pace.ts";
import type { DeadEvents } from "./dead-events.ts";
import type { Pipeline } from "./dlq-place.ts";

/**
 * Moves events that were found in a DLQ to their queue, one by one, until the signal aborts. Each is sent before it is deleted: a
 * crash between the two leaves a copy too many, which its processor recognises, and never one too few.
 *
 * @returns How many were moved.
 */
export async function redriveFound(
  sqs: SQSClient,
  { queue }: Pick<Pipeline, "queue">,
  { events, remove }: Pick<DeadEvents, "events" | "remove">,
  running: {
    readonly perSecond: number;
    readonly signal: AbortSignal;
    /** Called after each event. */
    readonly progress: (moved: number) => void;
  },
): Promise<number> {
  const { perSecond, signal, progress } = running;
  const due = createPace(perSecond, (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => {}));
  let moved = 0;
  for (const event of events) {
    await due(moved);
    if (signal.aborted) break;
    await sqs.send(toSend(queue, event.letter));
    await remove(event);
    moved += 1;
    progress(moved);
  }
  return moved;
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
