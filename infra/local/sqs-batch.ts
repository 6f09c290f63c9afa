import type { SQSRecord } from "aws-lambda";
import { payloadLimitBytes } from "./lambda-runtime.ts";

/** A record that waits for its batch, and how long it is as JSON. */
export type Kept = { readonly record: SQSRecord; readonly bytes: number };

/** The longest start of `kept` that one event may carry, removed from it; one record at least. */
export function takeBatch(kept: Kept[], batchSize: number): readonly SQSRecord[] {
  let count = Math.min(batchSize, kept.length);
  while (count > 1 && eventBytes(kept.slice(0, count)) > payloadLimitBytes) count--;
  return kept.splice(0, count).map(({ record }) => record);
}

/** Of `{"Records":[...]}`, each record with its comma */
export function eventBytes(kept: readonly Kept[]): number {
  return kept.reduce((sum, { bytes }) => sum + bytes + 1, '{"Records":[]}'.length);
}
