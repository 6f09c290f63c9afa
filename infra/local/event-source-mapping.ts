import { setTimeout as wait } from "node:timers/promises";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { readBatchOutcome } from "./batch-outcome.ts";
import { type InvokeResult, payloadLimitBytes } from "./lambda-runtime.ts";
import { eventBytes, type Kept, takeBatch } from "./sqs-batch.ts";
import { toSqsRecord } from "./sqs-event.ts";

export type MappingLine = {
  readonly queueArn: string;
  /** `receive`, `delete`: the queue did not answer well; `batch`: the function failed all or some of it */
  readonly kind: "receive" | "delete" | "batch";
  readonly text: string;
};

export type EventSourceMappingOptions = {
  readonly sqs: Pick<SQSClient, "send">;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  /** 1 to 10 000; above 10 only with a window */
  readonly batchSize: number;
  /** how long a batch may wait to fill after its first record; 0 hands over what one receive brings */
  readonly batchWindowSeconds: number;
  readonly maxConcurrency: number;
  readonly reportBatchItemFailures: boolean;
  readonly invoke: (event: SQSEvent) => Promise<InvokeResult>;
  readonly log: (line: MappingLine) => void;
  /** how long close() waits for running invocations; 30 when left out */
  readonly closeWaitSeconds?: number;
};

export type EventSourceMapping = {
  /** Stops polling at once. Running invocations go on, what is received is run, and what was done well is deleted. */
  stop(): void;
  /** As stop(), but lets the poll that is on end by itself: the queue has to end it, or it takes up to 20 s. */
  pause(): void;
  /** Polls again; a mapping begins started. */
  start(): void;
  /** stop(), then waits for running invocations, `closeWaitSeconds` at most. */
  close(): Promise<void>;
};

const longPollSeconds = 20;
const pauseAfterErrorMilliseconds = 1_000;

/**
 * Polls a queue and invokes a function with batches of it, as Lambda's event source mapping does: up to `batchSize`
 * records and 6 MB, up to `maxConcurrency` invocations at a time. Nothing is done with a failed record: its visibility
 * timeout, or the one the function set, brings it back, and the queue's redrive policy moves it away.
 *
 * Gaps against AWS: one poller and no back-off, so a free invocation is used at once; no event filters; no FIFO order
 * within message groups; a window may run one second over; what is left over from a batch too large for one event waits
 * here for the next invocation, its visibility timeout running, and is lost to that timeout by stop().
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const { sqs, queueUrl: QueueUrl, queueArn, batchSize, maxConcurrency } = options;
  let running = 0;
  let polling: AbortController | undefined;
  let asking = new AbortController();
  let lastPoll = Promise.resolve();
  const waiting = new Set<() => void>();

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
    const kept: Kept[] = [];
    while (!signal.aborted) {
      // Receive only what can be run: a message that waits here uses up its visibility timeout.
      if (running >= maxConcurrency) await nextChange();
      else {
        await fill(kept, signal);
        if (kept.length > 0) void run(takeBatch(kept, batchSize));
      }
    }
  }

  /** Receives until a batch is full or its window is over. */
  async function fill(kept: Kept[], signal: AbortSignal): Promise<void> {
    let windowEnds = kept.length > 0 ? 0 : Number.POSITIVE_INFINITY;
    while (!signal.aborted && kept.length < batchSize && eventBytes(kept) < payloadLimitBytes) {
      const left = (windowEnds - Date.now()) / 1000;
      if (left <= 0) return;
      const waitSeconds = Math.min(longPollSeconds, Math.max(1, Math.round(left)));
      for (const message of await receive(Math.min(10, batchSize - kept.length), waitSeconds, signal)) {
        const record = toSqsRecord(message, options);
        kept.push({ record, bytes: Buffer.byteLength(JSON.stringify(record)) });
      }
      if (kept.length > 0) windowEnds = Math.min(windowEnds, Date.now() + options.batchWindowSeconds * 1000);
    }
  }

  async function receive(count: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: count,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    try {
      return (await sqs.send(command, { abortSignal: asking.signal })).Messages ?? [];
    } catch (error) {
      if (signal.aborted) return [];
      log("receive", `Cannot receive: ${error}`);
      await wait(pauseAfterErrorMilliseconds, undefined, { signal }).catch(() => {}); // stopped meanwhile
      return [];
    }
  }

  async function run(records: readonly SQSRecord[]): Promise<void> {
    running++;
    try {
      const ids = records.map(({ messageId }) => messageId);
      const { succeeded, fault } = readBatchOutcome(await invoke(records), ids, options.reportBatchItemFailures);
      const failed = records.length - succeeded.length;
      if (failed > 0) log("batch", `${failed} of ${records.length} failed${fault ? `: ${fault}` : ""}`);
      const finished = records.filter(({ messageId }) => succeeded.includes(messageId));
      for (let from = 0; from < finished.length; from += 10) await remove(finished.slice(from, from + 10));
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

  async function remove(records: readonly SQSRecord[]): Promise<void> {
    const Entries = records.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    try {
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      for (const { Id, Code } of Failed) log("delete", `Cannot delete ${records[Number(Id)]?.messageId}: ${Code}`);
    } catch (error) {
      log("delete", `Cannot delete ${records.length} processed messages, they will come again: ${error}`);
    }
  }

  function start(): void {
    if (polling) return;
    polling = new AbortController();
    asking = new AbortController();
    const { signal } = polling;
    // After the one before has ended, else two would share the free invocations.
    lastPoll = lastPoll.then(() => poll(signal));
  }

  function pause(): void {
    polling?.abort();
    polling = undefined;
    changed();
  }

  function stop(): void {
    pause();
    asking.abort();
  }

  start();
  return {
    start,
    pause,
    stop,
    async close() {
      stop();
      await lastPoll;
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
    },
  };
}
