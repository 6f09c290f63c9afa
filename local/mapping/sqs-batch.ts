import type { SQSRecord } from "aws-lambda";
import { payloadLimitBytes } from "../lambda/lambda-runtime.ts";

/** Records that were received and wait for their batch. */
export type Backlog = {
  readonly size: () => number;
  /** Whether it fills a batch. */
  readonly isFull: () => boolean;
  add(record: SQSRecord): void;
  /** The longest start of it that one event may carry, removed from it; one record at least. */
  take(): readonly SQSRecord[];
  /** All of it, removed. */
  takeAll(): readonly SQSRecord[];
};

type Kept = { readonly record: SQSRecord; readonly bytes: number };

/** The bytes of an event without records. Each record adds those of its JSON, and a comma. */
const emptyBytes = '{"Records":[]}'.length;

/** A record is measured once, as it comes, since a batch may have 10,000. */
export function createBacklog(batchSize: number): Backlog {
  let kept: Kept[] = [];
  let bytes = emptyBytes;

  function removeFirst(count: number): readonly SQSRecord[] {
    const taken = kept.slice(0, count);
    kept = kept.slice(count);
    for (const one of taken) bytes -= one.bytes;
    return taken.map(({ record }) => record);
  }

  return {
    size: () => kept.length,
    isFull: () => kept.length >= batchSize || bytes >= payloadLimitBytes,
    add(record) {
      const one = { record, bytes: Buffer.byteLength(JSON.stringify(record)) + 1 };
      kept.push(one);
      bytes += one.bytes;
    },
    take() {
      let count = 0;
      for (let sum = emptyBytes; count < Math.min(batchSize, kept.length); count++) {
        sum += kept[count]?.bytes ?? 0;
        if (sum > payloadLimitBytes) break;
      }
      return removeFirst(Math.max(1, count));
    },
    takeAll: () => removeFirst(kept.length),
  };
}
