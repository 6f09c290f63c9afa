import { allowsOnly } from "../lambdas/aws/source-settings.ts";
import { providers } from "../lambdas/providers/mod.ts";
import type { SourceConfig, StageConfig } from "./stage-config.ts";

/** Of the 4 096 bytes that the environment of a function takes, for what a stage says of its sources. */
const mostSettingsBytes = 3000;

/** Options under the names that they had before, each with its name of today. An ignored `doors` would open both entrances. */
const renamed = { doors: "entrances" } as const;

/** @throws {TypeError} With the field, the value and what to do. */
export function checkStage(
  name: string,
  stage: StageConfig,
  known?: Readonly<Record<string, string>>,
  where = "infra/config.ts",
): void {
  // No "-": a stage's queues are granted by the prefix `hookline-<stage>-`, and one must not reach into another's.
  if (!/^[a-z][a-z0-9]{0,15}$/.test(name) || name === "dlq") {
    throw new TypeError(
      `Cannot configure stage "${name}": its name must be 1 to 16 lower-case letters and digits, and not "dlq"; rename it in ${where}`,
    );
  }
  for (const [old, today] of Object.entries(renamed)) {
    if (!Object.hasOwn(stage, old)) continue;
    throw new TypeError(`Cannot configure stage "${name}": ${old} is now called ${today}; rename it in ${where}`);
  }
  const must = (holds: boolean, field: string, expected: string, value: unknown) => {
    if (holds) return;
    const received = typeof value === "string" ? `"${value}"` : JSON.stringify(value);
    throw new TypeError(
      `Cannot configure stage "${name}": ${field} must be ${expected}, received ${received}; correct or leave it out in ${where}`,
    );
  };
  const { alarmEmail, alarmTopicArn, account, region, entrances, domain, verifier } = stage;
  const text = (value: string | undefined, pattern: RegExp) => value === undefined || pattern.test(value);
  const whole = (value: number | undefined, least: number, most: number) =>
    value === undefined || (Number.isInteger(value) && value >= least && value <= most);

  must(text(alarmEmail, /^[^\s@]+@[^\s@]+$/), "alarmEmail", "an e-mail address", alarmEmail);
  const topic = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/;
  must(text(alarmTopicArn, topic), "alarmTopicArn", "the ARN of an SNS topic", alarmTopicArn);
  must(text(account, /^\d{12}$/), "account", "12 digits", account);
  must(text(region, /^[a-z]{2,4}(-[a-z]+)+-\d$/), "region", 'the name of a region, such as "eu-central-1"', region);
  const open = entrances?.functionUrl !== false || entrances?.api !== false;
  must(open, "entrances", "open: one of functionUrl and api at least", entrances);
  if (domain !== undefined) {
    must(entrances?.api !== false, "domain", "left out while entrances.api is false", domain.name);
    must(/^([a-z0-9-]+\.)+[a-z]{2,}$/.test(domain.name), "domain.name", "a domain name in lower case", domain.name);
    const certificate = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;
    must(
      certificate.test(domain.certificateArn),
      "domain.certificateArn",
      "the ARN of a certificate of ACM",
      domain.certificateArn,
    );
    const zone = domain.hostedZone;
    must(
      zone === undefined || `.${domain.name}`.endsWith(`.${zone.name}`),
      "domain.hostedZone.name",
      `a part of ${domain.name}`,
      zone?.name,
    );
  }
  const { debugShare = 0, runtime = "nodejs24.x", architecture = "arm64" } = stage;
  must(["nodejs24.x", "deno"].includes(runtime), "runtime", '"nodejs24.x" or "deno"', runtime);
  must(["arm64", "x86_64"].includes(architecture), "architecture", '"arm64" or "x86_64"', architecture);
  must(debugShare >= 0 && debugShare <= 1, "debugShare", "a number from 0 to 1", debugShare);
  const { memoryMegabytes, reservedConcurrency, provisionedConcurrency } = verifier ?? {};
  must(
    whole(memoryMegabytes, 128, 10_240),
    "verifier.memoryMegabytes",
    "a whole number from 128 to 10240",
    memoryMegabytes,
  );
  must(
    whole(reservedConcurrency, 1, 100_000),
    "verifier.reservedConcurrency",
    "a whole number of at least 1",
    reservedConcurrency,
  );
  must(
    whole(provisionedConcurrency, 1, reservedConcurrency ?? 100_000),
    "verifier.provisionedConcurrency",
    "a whole number of at least 1, and no more than reservedConcurrency",
    provisionedConcurrency,
  );

  const sources = stage.sources ?? {};
  for (const [source, config] of Object.entries(sources)) {
    must(
      known === undefined || Object.hasOwn(known, source),
      `sources["${source}"]`,
      `one of ${Object.keys(known ?? {}).join(", ")}`,
      source,
    );
    checkSource(`sources["${source}"]`, config, providers[known?.[source] ?? source], must);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(sources)).length;
  must(
    bytes <= mostSettingsBytes,
    "sources",
    `no more than ${mostSettingsBytes} bytes as JSON, since the verifier's environment holds it`,
    bytes,
  );
}

type Must = (holds: boolean, field: string, expected: string, value: unknown) => void;

function checkSource(
  at: string,
  config: SourceConfig,
  provider: (typeof providers)[string] | undefined,
  must: Must,
): void {
  const { registeredUrl: url, toleranceSeconds, bodyLimitBytes, allowedIps = [], expectedWithinHours } = config;
  const isUrl = url === undefined || (URL.canParse(url) && new URL(url).protocol === "https:");
  must(isUrl, `${at}.registeredUrl`, "an https URL", url);
  const scheme = provider?.verification;
  const isTimed = provider === undefined || (typeof scheme === "object" && scheme.timestamp !== undefined);
  must(
    toleranceSeconds === undefined || isTimed,
    `${at}.toleranceSeconds`,
    "left out: its provider's scheme has no window that can be set",
    toleranceSeconds,
  );
  must(
    toleranceSeconds === undefined || (toleranceSeconds >= 1 && toleranceSeconds <= 604_800),
    `${at}.toleranceSeconds`,
    "from 1 to 604800",
    toleranceSeconds,
  );
  must(
    bodyLimitBytes === undefined || (bodyLimitBytes >= 1024 && bodyLimitBytes <= 6_291_456),
    `${at}.bodyLimitBytes`,
    "from 1024 to 6291456",
    bodyLimitBytes,
  );
  must(
    expectedWithinHours === undefined ||
      (Number.isInteger(expectedWithinHours) && expectedWithinHours >= 1 && expectedWithinHours <= 168),
    `${at}.expectedWithinHours`,
    "a whole number from 1 to 168, the longest that an alarm looks back",
    expectedWithinHours,
  );
  must(config.spill === undefined || typeof config.spill === "boolean", `${at}.spill`, "true or false", config.spill);
  const isLive = config.livemode === undefined || ["only", "both"].includes(config.livemode);
  must(isLive, `${at}.livemode`, '"only" or "both"', config.livemode);
  for (const range of allowedIps)
    must(isRange(range), `${at}.allowedIps`, "IP addresses or ranges such as 192.0.2.0/24", range);
}

function isRange(range: string): boolean {
  try {
    allowsOnly([range]);
    return true;
  } catch {
    return false;
  }
}
