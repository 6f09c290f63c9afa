/**
 * What one event asks of AWS: counted over the real adapters by `test/cost/counts.test.ts`, which fails when these
 * figures are no longer true.
 */
export const counts = {
  /** The first delivery of an event that one processor wants. */
  accepted: { PutItem: 1, SendMessageBatch: 1, UpdateItem: 1 },
  /** A delivery of an event that is there already; a condition that fails costs a write. */
  duplicate: { PutItem: 1 },
  /** An event that a processor runs once. */
  processed: { UpdateItem: 2 },
  /** A run of an event that fails, however much its record tells. */
  failed: { UpdateItem: 2, ChangeMessageVisibility: 1 },
  /** What Lambda asks of the queue for each batch. */
  batch: { DeleteMessageBatch: 1, ReceiveMessage: 1 },
  /** An event whose envelope is over 256 KiB, beside the rest. */
  deposited: { "S3 PUT": 1 },
  collected: { "S3 GET": 1 },
  /** An event beside the rest where there is an archive, and an object of the archive. */
  archived: { SendMessageBatch: 1 },
  archiveObject: { "S3 PUT": 1 },
  /** A body that nobody signed, beside the secrets that a wrong signature has fetched again, at most each 30 s. */
  refused: {},
  /** Secrets Manager, for each source, each time that an environment's cache has expired. */
  secrets: { GetSecretValue: 2 },
} as const;

/** Bytes, each at most; measured by the same test, with an id of 36 characters and a trace. */
export const bytes = {
  /** A record that dedupe keeps, and one that a processor keeps: each is one write unit. */
  ingressRecord: 220,
  processingRecord: 220,
  /** What DynamoDB adds to a record. */
  recordOverhead: 100,
  /** The log line of a delivery, the invocation's figures included; Lambda writes none of its own where nothing fails. */
  verifierLog: 620,
  /** The line of a run, and the figures of a batch, which are a part of that line where the batch has one event. */
  processorLog: 270,
  batchLog: 190,
  /** The figures of a refused delivery, and its own line, where it has one. */
  refusedLog: 480,
  refusalLine: 190,
  /** A log line for each object of the archive. */
  archiveLog: 270,
  /** An envelope around a body, before base64 makes that a third longer. */
  envelope: 700,
} as const;
