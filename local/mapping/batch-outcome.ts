import type { InvokeResult } from "../lambda/function-definition.ts";

/** The records of a batch that are done; the others return to the queue. `fault` is the reason where the whole batch failed. */
type BatchOutcome = { readonly succeeded: readonly string[]; readonly fault?: string };

/**
 * Reads a function's answer to a batch by AWS's rules. A function error fails all. Without ReportBatchItemFailures any
 * other answer is success. With it: null, an empty answer, and missing, null or empty `batchItemFailures` are success;
 * an answer that is no object or list, or an `itemIdentifier` that is missing, null, empty or not of this batch, fails all.
 */
export function readBatchOutcome(
  result: InvokeResult,
  messageIds: readonly string[],
  reportBatchItemFailures: boolean,
): BatchOutcome {
  if (!result.ok) return { succeeded: [], fault: `${result.errorType}: ${result.errorMessage}` };
  const { payload } = result;
  if (!reportBatchItemFailures || payload === null || payload === undefined) return { succeeded: messageIds };
  if (typeof payload !== "object" || Array.isArray(payload)) return malformed("the answer is not an object");
  const failures = "batchItemFailures" in payload ? payload.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return { succeeded: messageIds };
  if (!Array.isArray(failures)) return malformed("batchItemFailures is not a list");
  const known = new Set(messageIds);
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = failure?.itemIdentifier;
    if (typeof id !== "string" || !known.has(id)) return malformed(`itemIdentifier ${JSON.stringify(id)} is unknown`);
    failed.add(id);
  }
  return { succeeded: messageIds.filter((id) => !failed.has(id)) };
}

function malformed(reason: string): BatchOutcome {
  return { succeeded: [], fault: `Cannot read batchItemFailures, the whole batch returns to the queue: ${reason}` };
}
