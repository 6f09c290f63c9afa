import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { traceIdOf } from "./aws/log/trace.ts";
import type { ArchivePorts } from "./aws/ports.ts";
import { byHour, toArchiveObject } from "./aws/s3/archive-object.ts";
import { mapBounded } from "./core/bytes/bounded.ts";
import { defined } from "./core/bytes/defined.ts";
import { errorText } from "./core/bytes/error-text.ts";
import { report } from "./core/log.ts";

/** A Lambda function for the archive's queue. */
type ArchiveLambda = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** After an outage a batch may hold many hours. */
const putsAtOnce = 4;

/**
 * Writes a batch of the archive's queue into the bucket, an object for each hour of its events. The events of an hour whose object
 * is not stored stay in the queue; nothing that is wrong with one of them keeps the others from being stored.
 */
export function archiveLambda({ put, log }: ArchivePorts): ArchiveLambda {
  return async ({ Records }) => {
    const copies = Records.map(({ messageId, body, attributes }) => {
      const trace = traceIdOf(attributes.AWSTraceHeader);
      return { messageId, envelope: body, sent: new Date(Number(attributes.SentTimestamp)), ...defined({ trace }) };
    });
    const kept = await mapBounded(byHour(copies), putsAtOnce, async ([hour, ofHour]) => {
      const at = { step: "archive", hour, events: ofHour.length } as const;
      try {
        const { key, body } = toArchiveObject(hour, ofHour);
        await put(key, body);
        report(log, { level: "info", ...at, kind: "archived", object: key, bytes: body.length });
        return [];
      } catch (error) {
        report(log, { level: "error", ...at, kind: "not archived", error: errorText(error) });
        return ofHour.map(({ messageId }) => ({ itemIdentifier: messageId }));
      }
    });
    return { batchItemFailures: kept.flat() };
  };
}
