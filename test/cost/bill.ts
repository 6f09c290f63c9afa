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
  /** Of a delivery that is refused: a hash and no wait. The whole function takes some 3 ms of a whole CPU (speed.md). */
  refusedMilliseconds: 10,
  /** The user's own code, for each event. */
  processorMilliseconds: 60,
  processorMegabytes: defaults.memoryMegabytes,
  /** The archive's function: for a batch, and for each event in it (parsed, compressed). */
  archiveMilliseconds: 80,
  archiveMillisecondsAnEvent: 1,
  /** How much smaller a JSON body with random ids becomes; the prototype measured 3.69. */
  archiveCompression: 3.5,
  /** One send more, side by side with the other. */
  archiveVerifierMilliseconds: 2,
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
  const logged = deliveries * bytes.verifierLog + events * bytes.processorLog + batches * bytes.batchLog;
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

const monthSeconds = 30 * 24 * 3600;
/** As `infra/constructs/archive.ts` has them. */
const archive = { windowSeconds: 60, pollers: 2, days: 14, megabytes: 512, batchBytes: 6 * 1024 ** 2 } as const;

/** What the archive adds for a million events, at so many millions a month. */
export function archiveBill({ size, millions }: { readonly size: number; readonly millions: number }): readonly Item[] {
  const whole = bytes.envelope + Math.ceil((size * 1024 * 4) / 3);
  const chunks = Math.ceil(whole / chunkBytes);
  // A poller's window begins with the first event that it gets.
  const cycleSeconds = archive.windowSeconds + (archive.pollers * monthSeconds) / (millions * events);
  const windows = (archive.pollers * monthSeconds) / cycleSeconds / millions;
  const batches = Math.max(windows, (events * whole) / archive.batchBytes);
  // SQS takes ten deletions at once, and the last ten of a batch are five.
  const deletions = events / 10 + batches / 2;
  const stored = (events * (size * 1024 + bytes.envelope)) / assumed.archiveCompression;
  const gigabytes = archive.megabytes / 1024;
  const seconds = (batches * assumed.archiveMilliseconds + events * assumed.archiveMillisecondsAnEvent) / 1000;
  const item = (name: string, usd: number): Item => ({ item: name, usd });
  return [
    item("SQS requests", priceOf("sqs", events * (counts.archived.SendMessageBatch + 1) * chunks + deletions)),
    item("S3 PUTs", priceOf("s3Put", batches * counts.archiveObject["S3 PUT"])),
    item("S3 storage", priceOf("s3Storage", (stored * archive.days) / 30)),
    item("Lambda", priceOf("lambdaRequest", batches) + priceOf("lambdaArm", seconds * gigabytes)),
    item(
      "verifier, GB-seconds",
      priceOf("lambdaArm", (events * assumed.archiveVerifierMilliseconds * (assumed.verifierMegabytes / 1024)) / 1000),
    ),
    item("log lines", priceOf("logs", batches * bytes.archiveLog)),
  ];
}

/**
 * What a million posts cost that nobody signed, through the function URL. The lines and requests that are by the minute (refusals
 * with a line of their own, secrets that are fetched again) are next to nothing, and left out.
 */
export function junkBill(): readonly Item[] {
  const seconds = (events * assumed.refusedMilliseconds) / 1000;
  return [
    { item: "Lambda requests", usd: priceOf("lambdaRequest", events) },
    { item: "verifier, GB-seconds", usd: priceOf("lambdaArm", seconds * (assumed.verifierMegabytes / 1024)) },
    { item: "log lines", usd: priceOf("logs", events * bytes.refusedLog) },
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
