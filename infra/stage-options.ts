import { allowsOnly } from "../lambdas/aws/source-settings.ts";
import {
  byName,
  flag,
  listOf,
  matching,
  number,
  type Option,
  object,
  oneOf,
  orFalse,
  type Renamed,
  required,
  type TableOf,
  text,
  whole,
} from "../lambdas/core/checks/options.ts";
import type { SourceConfig, StageConfig } from "./stage-config.ts";

const days = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365];
export const logDays: Option = {
  expected: `one of ${days.join(", ")}`,
  fits: (value) => days.some((one) => one === value),
};

/** A stage's settings of one source. */
export const sourceConfigTable: TableOf<SourceConfig> = {
  registeredUrl: {
    expected: "an https URL",
    fits: (value) => typeof value === "string" && URL.canParse(value) && new URL(value).protocol === "https:",
  },
  toleranceSeconds: number(1, 604_800),
  bodyLimitBytes: whole(1024, 6_291_456),
  allowedIps: listOf({ expected: "an IP address or a range such as 192.0.2.0/24", fits: isRange }),
  livemode: oneOf("only", "both"),
  spill: flag,
  expectedWithinHours: whole(1, 168, ", the longest that an alarm looks back"),
};

/** The options of a stage in `infra/config.ts`. An ARN may be a token of CDK, which says what it is later. */
export const stageTable: TableOf<StageConfig> & { readonly doors: Renamed } = {
  removeData: required(flag),
  logDays: required(logDays),
  alarmEmail: matching("an e-mail address", /^[^\s@]+@[^\s@]+$/),
  alarmTopicArn: matching(
    "the ARN of an SNS topic",
    /^\$\{Token\[.*\]\}$|^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/,
  ),
  alarmTarget: oneOf("none"),
  alarms: oneOf("all", "few"),
  canary: flag,
  table: matching("the name of a table in DynamoDB", /^[\w.-]{3,255}$/),
  sources: byName("an object of settings by source", object(sourceConfigTable)),
  archive: orFalse(object({ days: required(whole(1, 3650)) })),
  entrances: object({
    functionUrl: flag,
    api: flag,
    throttle: object({ ratePerSecond: required(whole(1, 100_000)), burst: required(whole(1, 100_000)) }),
  }),
  // An ignored `doors` would open both entrances.
  doors: { now: "entrances" },
  domain: object({
    name: required(matching("a domain name in lower case", /^([a-z0-9-]+\.)+([a-z]{2,}|xn--[a-z0-9-]+)$/)),
    certificateArn: required(
      matching(
        "the ARN of a certificate of ACM",
        /^\$\{Token\[.*\]\}$|^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      ),
    ),
    hostedZone: object({ id: required(text), name: required(text) }),
  }),
  verifier: object({
    memoryMegabytes: whole(128, 10_240),
    reservedConcurrency: whole(1, 100_000),
    provisionedConcurrency: whole(1, 100_000),
    gradualDeployment: flag,
  }),
  tracing: flag,
  debugShare: number(0, 1),
  allowSend: flag,
  runtime: oneOf("nodejs24.x", "deno"),
  architecture: oneOf("arm64", "x86_64"),
  account: matching("12 digits", /^\d{12}$/),
  region: matching('the name of a region, such as "eu-central-1"', /^[a-z]{2,4}(-[a-z]+)+-\d$/),
};

function isRange(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    allowsOnly([value]);
    return true;
  } catch {
    return false;
  }
}
