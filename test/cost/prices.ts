/** A list price, and where and when it was read. */
export type Price = {
  readonly usd: number;
  /** What it buys. */
  readonly per: string;
  /** How many of them: 1 000 000 for a price per million. */
  readonly units: number;
  readonly source: string;
};

const million = 1_000_000;
const gibibyte = 1024 ** 3;
const httpApi = "docs.aws.amazon.com, best practices for private APIs, cost optimization, 2026-11-28";
const s3 = "c3x.dev/blog/s3-request-fees-explained, 2026-11-28";

/**
 * List prices of us-east-1, in USD, free tiers left out. Most are read at second hand, since AWS's own pages are made by
 * scripts.
 */
export const prices = {
  httpApi: { usd: 1, per: "million requests of 512 KB", units: million, source: httpApi },
  lambdaRequest: {
    usd: 0.2,
    per: "million requests",
    units: million,
    source: "artillery's Lambda price table, 2026-09-20",
  },
  lambdaArm: {
    usd: 0.0000133334,
    per: "GB-second, arm64",
    units: 1,
    source: "artillery's Lambda price table, 2026-09-20",
  },
  dynamoDbWrite: {
    usd: 0.625,
    per: "million writes of 1 KB",
    units: million,
    source: "airbyte.com, DynamoDB pricing, 2026-09-20",
  },
  dynamoDbStorage: {
    usd: 0.25,
    per: "GB, a month",
    units: gibibyte,
    source: "airbyte.com, DynamoDB pricing, 2026-09-20",
  },
  dynamoDbBackup: {
    usd: 0.2,
    per: "GB of point-in-time recovery, a month",
    units: gibibyte,
    source: "finops.com.py/services/dynamodb/backups, 2026-11-28",
  },
  sqs: { usd: 0.4, per: "million requests of 64 KB", units: million, source: "okulbida.com on SQS, 2026-09-20" },
  s3Put: { usd: 5, per: "million PUTs", units: million, source: s3 },
  s3Get: { usd: 0.4, per: "million GETs", units: million, source: s3 },
  s3Storage: {
    usd: 0.023,
    per: "GB, a month",
    units: gibibyte,
    source: "devnotes.tech, understanding AWS S3 pricing, 2026-11-29",
  },
  s3List: { usd: 5, per: "million LISTs", units: million, source: s3 },
  logs: {
    usd: 0.5,
    per: "GB of log lines",
    units: gibibyte,
    source: "factualminds.com, CloudWatch pricing, 2026-06-13",
  },
  logScan: {
    usd: 0.005,
    per: "GB of log lines that a query scans",
    units: gibibyte,
    source: "c3x.dev/blog/cloudwatch-logs-cost-optimization, 2026-11-28",
  },
  trace: { usd: 5, per: "million traces", units: million, source: "aws.amazon.com/xray/pricing, 2026-11-28" },
  alarm: {
    usd: 0.1,
    per: "metric that an alarm watches, a month",
    units: 1,
    source: "c3x.dev, CloudWatch alarms, 2026-11-21",
  },
  compositeAlarm: {
    usd: 0.5,
    per: "composite alarm, a month",
    units: 1,
    source: "c3x.dev, CloudWatch alarms, 2026-11-21",
  },
  metric: {
    usd: 0.3,
    per: "custom metric, a month",
    units: 1,
    source: "factualminds.com, CloudWatch pricing, 2026-06-13",
  },
  dashboard: {
    usd: 3,
    per: "dashboard beyond three, a month",
    units: 1,
    source: "factualminds.com, CloudWatch pricing, 2026-06-13",
  },
  secret: { usd: 0.4, per: "secret, a month", units: 1, source: "hivebook.wiki, Secrets Manager, 2026-11-21" },
  secretCall: { usd: 0.05, per: "10 000 calls", units: 10_000, source: "hivebook.wiki, Secrets Manager, 2026-11-21" },
} as const satisfies Readonly<Record<string, Price>>;

/** What so many units cost, in USD. */
export function priceOf(name: keyof typeof prices, units: number): number {
  return (prices[name].usd * units) / prices[name].units;
}
