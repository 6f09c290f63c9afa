/** A default quota of an account in a region, and where AWS's documentation says it. */
type Quota = { readonly most: number; readonly unit: string; readonly source: string };

const docs = "https://docs.aws.amazon.com";
const mapping = `${docs}/lambda/latest/dg/services-sqs-scaling.html`;
const lambda = `${docs}/lambda/latest/dg/gettingstarted-limits.html`;
const scaling = `${docs}/lambda/latest/dg/scaling-behavior.html`;
const dynamoDb = `${docs}/amazondynamodb/latest/developerguide/ServiceQuotas.html`;

/** Defaults, read 2026-11-29. A new account may have less of Lambda until it has used what it has. */
export const quotas = {
  httpApi: {
    most: 10_000,
    unit: "requests a second, bursts of 5,000",
    source: `${docs}/apigateway/latest/developerguide/limits.html`,
  },
  concurrency: { most: 1000, unit: "runs at once, of all functions", source: lambda },
  /** New environments of one function, in ten seconds. */
  scalingRate: { most: 1000, unit: "new environments of a function in 10 s", source: scaling },
  /** For each run at once. */
  requestRate: { most: 10, unit: "requests a second for each run at once", source: scaling },
  mapping: { most: 1000, unit: "batches at once of a queue", source: mapping },
  mappingStart: { most: 5, unit: "batches at once where a queue was quiet", source: mapping },
  mappingGrowth: { most: 300, unit: "more batches at once, a minute", source: mapping },
  inFlight: {
    most: 120_000,
    unit: "messages in flight in a queue",
    source: `${docs}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html`,
  },
  newTable: {
    most: 4000,
    unit: "write units a second, of a new table or at twice the peak so far",
    source: `${docs}/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html`,
  },
  table: { most: 40_000, unit: "write units a second, of a table", source: dynamoDb },
  secrets: {
    most: 10_000,
    unit: "reads of secrets a second",
    source: `${docs}/secretsmanager/latest/userguide/reference_limits.html`,
  },
} as const satisfies Readonly<Record<string, Quota>>;
