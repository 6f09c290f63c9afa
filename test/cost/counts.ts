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
  /** Secrets Manager, for each source, each time that an environment's cache has expired. */
  secrets: { GetSecretValue: 2 },
} as const;

/** Bytes, each at most; measured by the same test. */
export const bytes = {
  /** A record that dedupe keeps, and one that a processor keeps: each is one write unit. */
  ingressRecord: 200,
  processingRecord: 200,
  /** What DynamoDB adds to a record. */
  recordOverhead: 100,
  /** Our log lines for an event, an invocation's figures included: in the verifier, and in the processor by batches of ten. */
  verifierLog: 950,
  processorLog: 250,
  /** A log line for each object of the archive. */
  archiveLog: 250,
  /** An envelope around a body, before base64 makes that a third longer. */
  envelope: 700,
} as const;
