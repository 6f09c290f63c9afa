import { defaults } from "../../lambdas/core/processing/processor-options.ts";
import { bytes, counts } from "./counts.ts";
import { priceOf } from "./prices.ts";

/** What a million events are like. */
export type Load = {
  /** Of a body, in KB. */
  readonly size: number;
  /** Events that a processor is handed at a time: 1 in a queue without a backlog, 10 at most. */
  readonly batch: number;
};

/** One line of the bill, in USD for a million events. */
export type Item = { readonly item: string; readonly usd: number };

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

const events = 1_000_000;
const chunkBytes = 64 * 1024;
const claimCheckBytes = 256 * 1024;

/** What a million events cost that come through the function URL, item by item; what costs at rest is left out. */
export function bill({ size, batch }: Load): readonly Item[] {
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

  const item = (name: string, usd: number): Item => ({ item: name, usd });
  return [
    item("Lambda requests", priceOf("lambdaRequest", deliveries + batches)),
    item("verifier, GB-seconds", priceOf("lambdaArm", verifierSeconds * gigabytes(assumed.verifierMegabytes))),
    item(
      "processor, GB-seconds (yours)",
      priceOf("lambdaArm", processorSeconds * gigabytes(assumed.processorMegabytes)),
    ),
    item("DynamoDB writes, dedupe", priceOf("dynamoDbWrite", ingressWrites)),
    item("DynamoDB writes, processing", priceOf("dynamoDbWrite", events * processed.UpdateItem)),
    item("DynamoDB storage and backup", priceOf("dynamoDbStorage", stored) + priceOf("dynamoDbBackup", stored)),
    item("SQS requests", priceOf("sqs", sends + takes)),
    ...(isDeposited
      ? [
          item(
            "S3, large bodies",
            priceOf("s3Put", events * deposited["S3 PUT"]) + priceOf("s3Get", events * collected["S3 GET"]),
          ),
        ]
      : []),
    item("log lines", priceOf("logs", logged)),
  ];
}

/** What the HTTP API adds for a million events. */
export function httpApiBill(size: number): number {
  return priceOf("httpApi", events * (1 + assumed.duplicates) * Math.ceil(size / 512));
}

/** The sum of some items, in USD. */
export function sumOf(items: readonly { readonly usd: number }[]): number {
  return items.reduce((total, { usd }) => total + usd, 0);
}
