import { setTimeout as wait } from "node:timers/promises";
import type { Message } from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import type { SqsCalls } from "../aws/in-process-sqs.ts";
import type { InvokeResult } from "../lambda/function-definition.ts";
import { readBatchOutcome } from "./batch-outcome.ts";
import { createMappedQueue } from "./mapped-queue.ts";
import { checkMapping, type MappingLimits } from "./mapping-limits.ts";
import { type Backlog, createBacklog } from "./sqs-batch.ts";
import { toSqsRecord } from "./sqs-event.ts";

export type MappingLine = {
  readonly queueArn: string;
  /**
   * `receive`, `delete`, `release`: the queue did not answer well; `batch`: the function itself failed. Records that it
   * says have failed are its own to report.
   */
  readonly kind: "receive" | "delete" | "release" | "batch";
  readonly text: string;
};

export type EventSourceMappingOptions = MappingLimits & {
  readonly sqs: SqsCalls;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  /** 1 to 10 000; above 10 only with a window, and not of a FIFO queue */
  readonly batchSize: number;
  /** how long a batch may wait to fill after its first record; 0 hands over what one receive brings */
  readonly batchWindowSeconds: number;
  readonly maxConcurrency: number;
  readonly reportBatchItemFailures: boolean;
  readonly invoke: (event: SQSEvent) => Promise<InvokeResult>;
  /** Has the queue answer long polls that have come to it. One whose client gives up takes the next message with it. */
  readonly endPolls: () => void;
  readonly log: (line: MappingLine) => void;
  /** how long close() waits for running invocations; 30 when left out */
  readonly closeWaitSeconds?: number;
};

export type EventSourceMapping = {
  /**
   * Stops. Once it resolves, no function is invoked any more, and what was received and not invoked is visible again, one
   * receive older. Running invocations go on, and what was done well is deleted.
   */
  pause(): Promise<void>;
  /** Goes on after pause(); a mapping begins so. */
  resume(): void;
  /** pause(), with polls cut off that the queue does not end in a second; then waits for running invocations, `closeWaitSeconds` at most. */
  close(): Promise<void>;
};

const longPollSeconds = 20;
const gatherMilliseconds = 100;
const pauseAfterErrorMilliseconds = 1_000;
const endPollsEachMilliseconds = 50;
const cutPollsAfterMilliseconds = 1_000;

/**
 * Polls a queue and invokes a function with batches of it, as Lambda's event source mapping does: up to `batchSize`
 * records and 6 MB, up to `maxConcurrency` invocations at a time. Nothing is done with a failed record: its visibility
 * timeout, or the one the function set, brings it back, and the queue's redrive policy moves it away.
 *
 * Records left over from a batch that was too large for one event go with the next one, which does not wait for its
 * window. Where there is a window, records stay hidden at least for it and the function's time, also where the queue's
 * visibility timeout is shorter: AWS wants it to be six times the function's timeout, and the window.
 *
 * Gaps against AWS: one poller and no back-off, so a free invocation is used at once; no event filters; no FIFO order
 * within message groups; a window may run one second over.
 *
 * @throws {RangeError} For what Lambda would not map.
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  checkMapping(options);
  const { queueArn, batchSize, batchWindowSeconds, maxConcurrency } = options;
  let running = 0;
  let polling: AbortController | undefined;
  const cutOff = new AbortController();
  let lastPoll = Promise.resolve();
  const waiting = new Set<() => void>();
  const queue = createMappedQueue({ ...options, ...hiding(options), signal: cutOff.signal, log });

  function log(kind: MappingLine["kind"], text: string): void {
    options.log({ queueArn, kind, text });
  }

  /** the end of an invocation, or of polling */
  function nextChange(): Promise<void> {
    return new Promise((resolve) => waiting.add(resolve));
  }

  function changed(): void {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  async function poll(signal: AbortSignal): Promise<void> {
    const backlog = createBacklog(batchSize);
    while (!signal.aborted) {
      // Receive only what can be run: a message that waits here uses up its visibility timeout.
      if (running >= maxConcurrency) await nextChange();
      else {
        await fill(backlog, signal);
        if (backlog.size() > 0 && !signal.aborted) void run(backlog.take());
      }
    }
    await queue.release(backlog.takeAll());
  }

  /** Receives until a batch is full or its window is over; once at least. */
  async function fill(backlog: Backlog, signal: AbortSignal): Promise<void> {
    let windowEnds = backlog.size() > 0 ? 0 : Number.POSITIVE_INFINITY;
    for (let receives = 0; !signal.aborted && !backlog.isFull(); receives++) {
      const left = (windowEnds - Date.now()) / 1000;
      if (left <= 0 && receives > 0) return;
      const waitSeconds = left <= 0 ? 0 : Math.min(longPollSeconds, Math.max(1, Math.round(left)));
      const messages = await receive(Math.min(10, batchSize - backlog.size()), waitSeconds, signal);
      for (const message of messages) backlog.add(toSqsRecord(message, options));
      if (backlog.size() > 0) windowEnds = Math.min(windowEnds, Date.now() + batchWindowSeconds * 1000);
      // A poll answers with the first message that comes: within a window it would be a call for each of them.
      if (batchWindowSeconds > 0 && messages.length < 10) await pauseFor(gatherMilliseconds, signal);
    }
  }

  async function receive(count: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]> {
    try {
      return await queue.receive(count, waitSeconds);
    } catch (error) {
      if (signal.aborted) return [];
      log("receive", `Cannot receive: ${error}`);
      await pauseFor(pauseAfterErrorMilliseconds, signal);
      return [];
    }
  }

  async function run(records: readonly SQSRecord[]): Promise<void> {
    running++;
    try {
      const ids = records.map(({ messageId }) => messageId);
      const { succeeded, fault } = readBatchOutcome(await invoke(records), ids, options.reportBatchItemFailures);
      if (fault !== undefined) log("batch", `${records.length} of ${records.length} failed: ${fault}`);
      const done = new Set(succeeded);
      await queue.remove(records.filter(({ messageId }) => done.has(messageId)));
    } finally {
      running--;
      changed();
    }
  }

  async function invoke(records: readonly SQSRecord[]): Promise<InvokeResult> {
    try {
      return await options.invoke({ Records: [...records] });
    } catch (error) {
      return { ok: false, errorType: "Error", errorMessage: String(error) };
    }
  }

  let closed = false;

  function resume(): void {
    if (polling || closed) return;
    polling = new AbortController();
    const { signal } = polling;
    // After the one before has ended, else two would share the free invocations.
    lastPoll = lastPoll.then(() => poll(signal));
  }

  async function pause(): Promise<void> {
    polling?.abort();
    polling = undefined;
    changed();
    const ended = lastPoll.then(() => true);
    // Again and again: a poll that is on its way to the queue is not ended by the first.
    do options.endPolls();
    while (!(await Promise.race([ended, wait(endPollsEachMilliseconds, false)])));
  }

  async function close(): Promise<void> {
    closed = true;
    const cut = setTimeout(() => cutOff.abort(), cutPollsAfterMilliseconds);
    await pause();
    clearTimeout(cut);
    let expired = false;
    const timer = setTimeout(
      () => {
        expired = true;
        changed();
      },
      (options.closeWaitSeconds ?? 30) * 1000,
    );
    while (running > 0 && !expired) await nextChange();
    clearTimeout(timer);
  }

  resume();
  return { pause, resume, close };
}

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => {}); // the mapping is paused meanwhile
}

/** Without a window the queue's own time is right. */
function hiding({ batchWindowSeconds, queueVisibilitySeconds, functionTimeoutSeconds }: EventSourceMappingOptions) {
  if (batchWindowSeconds === 0) return {};
  return { hiddenSeconds: Math.max(queueVisibilitySeconds, batchWindowSeconds + functionTimeoutSeconds) };
}
