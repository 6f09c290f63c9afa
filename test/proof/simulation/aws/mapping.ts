import type { SQSEvent } from "aws-lambda";
import { functionMilliseconds, type SimulatedStack } from "../simulated-stack.ts";
import type { Copy, SimulatedQueue } from "./queue.ts";

/**
 * The event source mapping of a queue: hands visible copies to its processor and deletes those that it does not report.
 * What an invocation that was cut had in hand comes back after the visibility timeout.
 */
export async function poll(stack: SimulatedStack, queue: SimulatedQueue, batchSize: number): Promise<void> {
  const copies = queue.receive(batchSize);
  if (copies.length === 0) return;
  const { journal, invocations } = stack;
  const held = copies.map((copy) => ({ copy, ...stack.read(copy.envelope) }));
  let faults: readonly string[] = [];
  const ended = await invocations.invoke(queue.name, functionMilliseconds, (context, invocation) => {
    faults = invocation.faults;
    return stack.process(queue.name)(sqsEventOf(queue.name, copies), context);
  });
  if (ended === "cut") {
    // Lambda's own line: `Task timed out` or `Runtime exited`. The first thing that is written re-opens ingress.
    const isUnwritten = faults.some((fault) => /^(?!crash after).* at dedupe\.reopen$/.test(fault));
    const text = isUnwritten ? "killed before its first write" : "killed";
    for (const { event } of held) journal.lines.push({ text, queue: queue.name, id: event.id, replay: event.replay });
    return;
  }
  const kept = ended.value.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  for (const { copy, identity } of held) {
    if (kept.includes(copy.messageId)) continue;
    if (!journal.effects.some((one) => one.queue === queue.name && one.identity === identity)) {
      journal.broken.push(`${queue.name} acknowledged ${identity} without its effect`);
    }
    queue.delete(copy.messageId);
  }
}

function sqsEventOf(queue: string, copies: readonly Copy[]): SQSEvent {
  const Records = copies.map(({ messageId, envelope, receives }) => ({
    messageId,
    receiptHandle: messageId,
    body: envelope,
    attributes: { ApproximateReceiveCount: String(receives) },
    eventSourceARN: `arn:aws:sqs:eu-central-1:111122223333:${queue}`,
  }));
  return { Records } as unknown as SQSEvent;
}
