import { setTimeout as sleep } from "node:timers/promises";
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { countOf } from "./dead-letters.ts";
import type { Pipeline } from "./dlq-place.ts";

/** How a DLQ is moved, and watched meanwhile. */
type Moving = {
  /** So many letters a second at most; SQS chooses a pace where it is absent. */
  readonly perSecond?: number;
  /** Ends the watching: SQS goes on. */
  readonly signal: AbortSignal;
  /** Called after each look. */
  readonly progress: (moved: number, about: number) => void;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
};

/** A move as it was last seen, in SQS's own words: `RUNNING`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`. */
type SeenMove = {
  readonly status: string;
  readonly moved: number;
  /** It ran before it was asked for: it has the pace that it was begun with. */
  readonly wasRunning: boolean;
  /** Why it failed. */
  readonly reason?: string;
};

const lookMilliseconds = 2000;

/**
 * Has SQS move everything in a DLQ back to its queue, and watches it until it ends. SQS moves one DLQ once at a time: where it does so
 * already, that is watched.
 *
 * @returns Undefined where there was nothing to move.
 */
export async function moveAll(
  sqs: SQSClient,
  { dlq }: Pick<Pipeline, "dlq">,
  { perSecond, signal, progress, pause }: Moving,
): Promise<SeenMove | undefined> {
  const wait = pause ?? ((milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => {}));
  const asked = new GetQueueAttributesCommand({ QueueUrl: dlq, AttributeNames: ["QueueArn"] });
  const SourceArn = (await sqs.send(asked)).Attributes?.QueueArn;
  const newest = async () =>
    (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }))).Results?.[0];

  const former = await newest();
  const wasRunning = former?.Status === "RUNNING";
  const about = await countOf(sqs, dlq);
  if (!wasRunning) {
    if (about === 0) return undefined;
    const MaxNumberOfMessagesPerSecond = perSecond;
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...defined({ MaxNumberOfMessagesPerSecond }) }));
  }
  for (;;) {
    const task = await newest();
    // Right after its start SQS may still show the one before.
    const isListed = wasRunning || task?.StartedTimestamp !== former?.StartedTimestamp;
    const status = isListed ? (task?.Status ?? "RUNNING") : "RUNNING";
    const moved = isListed ? (task?.ApproximateNumberOfMessagesMoved ?? 0) : 0;
    progress(moved, Math.max(about, task?.ApproximateNumberOfMessagesToMove ?? 0));
    if (signal.aborted || (status !== "RUNNING" && status !== "CANCELLING")) {
      return { status, moved, wasRunning, ...defined({ reason: task?.FailureReason }) };
    }
    await wait(lookMilliseconds);
  }
}
