import { defaults } from "../../lambdas/core/processing/processor-options.ts";
import { bytes, counts } from "./counts.ts";
import { priceOf } from "./prices.ts";

/** What is paid for. */
export type Load = {
  /** A month. */
  readonly events: number;
  /** Of a body, in KB. */
  readonly size: number;
  /** Events that a processor is handed at a time: 1 in a queue without a backlog, 10 at most. */
  readonly batch: number;
};

/** One line of the bill, in USD a month, through either entrance. */
export type Item = { readonly item: string; readonly url: number; readonly api: number };

/** What cannot be counted on one machine, as the cost model of the project takes it. */
export const assumed = {
  /** Of all deliveries. */
  duplicates: 0.01,
  verifierMilliseconds: 35,
  verifierMegabytes: 512,
  /** The user's own code, for each event. */
  processorMilliseconds: 60,
  processorMegabytes: defaults.memoryMegabytes,
  /** Lambda's START, END and REPORT lines. */
  platformLogBytes: 300,
  ingressDays: 7,
  processingDays: 45,
} as const;

const chunkBytes = 64 * 1024;
const claimCheckBytes = 256 * 1024;

/** What a month of events costs, item by item; what is there without any event is left out. */
export function bill({ events, size, batch }: Load): readonly Item[] {
  const duplicates = events * assumed.duplicates;
  const deliveries = events + duplicates;
  const batches = events / batch;
  const whole = bytes.envelope + Math.ceil((size * 1024 * 4) / 3);
  const isDeposited = whole > claimCheckBytes;
  const sent = isDeposited ? bytes.envelope : whole;
  const chunks = (length: number) => Math.ceil(length / chunkBytes);
  const gigabytes = (megabytes: number) => megabytes / 1024;
  const { accepted, duplicate, processed, deposited, collected } = counts;

  const ingressWrites = events * (accepted.PutItem + accepted.UpdateItem) + duplicates * duplicate.PutItem;
  const sends = events * accepted.SendMessageBatch * chunks(sent);
  const takes = batches * (counts.batch.ReceiveMessage * chunks(sent * batch) + counts.batch.DeleteMessageBatch);
  const logged =
    deliveries * (bytes.verifierLog + assumed.platformLogBytes) +
    events * bytes.processorLog +
    batches * assumed.platformLogBytes;
  const months = (days: number) => days / 30;
  const stored =
    events * (bytes.ingressRecord + bytes.recordOverhead) * months(assumed.ingressDays) +
    events * (bytes.processingRecord + bytes.recordOverhead) * months(assumed.processingDays);
  const verifierSeconds = (deliveries * assumed.verifierMilliseconds) / 1000;
  const processorSeconds = (events * assumed.processorMilliseconds) / 1000;

  const both = (item: string, usd: number): Item => ({ item, url: usd, api: usd });
  const api = priceOf("httpApi", deliveries * Math.ceil(size / 512));
  return [
    { item: "HTTP API requests", url: 0, api },
    both("Lambda requests", priceOf("lambdaRequest", deliveries + batches)),
    both("verifier, GB-seconds", priceOf("lambdaArm", verifierSeconds * gigabytes(assumed.verifierMegabytes))),
    both(
      "processor, GB-seconds (yours)",
      priceOf("lambdaArm", processorSeconds * gigabytes(assumed.processorMegabytes)),
    ),
    both("DynamoDB writes, dedupe", priceOf("dynamoDbWrite", ingressWrites)),
    both("DynamoDB writes, processing", priceOf("dynamoDbWrite", events * processed.UpdateItem)),
    both("DynamoDB storage and backup", priceOf("dynamoDbStorage", stored) + priceOf("dynamoDbBackup", stored)),
    both("SQS requests", priceOf("sqs", sends + takes)),
    ...(isDeposited
      ? [
          both(
            "S3, large bodies",
            priceOf("s3Put", events * deposited["S3 PUT"]) + priceOf("s3Get", events * collected["S3 GET"]),
          ),
        ]
      : []),
    both("log lines", priceOf("logs", logged)),
  ];
}

/** The sum of some items. */
export function sumOf(items: readonly Item[]): Omit<Item, "item"> {
  const sum = (of: "url" | "api") => items.reduce((total, item) => total + item[of], 0);
  return { url: sum("url"), api: sum("api") };
}
