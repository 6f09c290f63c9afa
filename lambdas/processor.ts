import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { ProcessingPorts } from "./aws/ports.ts";
import { processBatch } from "./core/processing/process.ts";
import type { Processor } from "./core/processing/processor.ts";

/** A Lambda function for an SQS event source mapping with `ReportBatchItemFailures`. */
export type QueueLambda = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The one SQS Lambda around any event file. `name` is `<source>/<type>`. */
export function processorLambda(
  name: string,
  processor: Processor,
  ports: Omit<ProcessingPorts, "measured">,
): QueueLambda {
  const { store, dedupe, collect, log } = ports;
  return async (event, context) => {
    const kept = await processBatch(ports.copies(event), {
      processor,
      name,
      store,
      collect,
      reopen: dedupe.reopen,
      deadline: new Date(Date.now() + context.getRemainingTimeInMillis()),
      now: () => new Date(),
      log,
    });
    return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
