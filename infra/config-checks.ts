import type { SourceSettings } from "../lambdas/aws/source-settings.ts";
import { type Checking, checkOptions, type OptionTable, wrong } from "../lambdas/core/checks/options.ts";
import { providers } from "../lambdas/providers/mod.ts";
import type { StageConfig } from "./stage-config.ts";
import { stageTable } from "./stage-options.ts";

/** The part of a function's 4 096 bytes of environment for a stage's settings of its sources. */
const mostSettingsBytes = 3000;

/** Where a stage is configured, and which options it has there. */
type ConfiguredIn = { readonly where: string; readonly table: OptionTable };

/** A stage as it is checked: `table` is a name here, and a table of CDK in the props of a receiver. */
type CheckedStage = Partial<Omit<StageConfig, "table">>;

const inConfig: ConfiguredIn = { where: "infra/config.ts", table: stageTable };

/**
 * @param known The provider of each source, by source; left out: settings of any source are taken.
 * @throws {TypeError} With the field, the value and what to do.
 * @throws {RangeError} The same, for a number out of its range.
 */
export function checkStage(
  name: string,
  stage: CheckedStage,
  known?: Readonly<Record<string, string>>,
  { where, table }: ConfiguredIn = inConfig,
): void {
  if (!isStageName(name)) {
    throw new TypeError(`Cannot configure stage "${name}": its name must be ${stageNames}; rename it in ${where}`);
  }
  const doing = `configure stage "${name}"`;
  const checking: Checking = { doing, remedy: `; correct or leave it out in ${where}`, tellsTexts: true };
  checkOptions(table, stage, checking);
  checkTogether(stage, checking);
  for (const source of Object.keys(stage.sources ?? {})) {
    if (known !== undefined && !Object.hasOwn(known, source)) {
      throw wrong(`sources["${source}"]`, `one of ${Object.keys(known).join(", ")}`, source, checking);
    }
    const provider = known?.[source] ?? source;
    checkWindow(source, stage, Object.hasOwn(providers, provider) ? providers[provider] : undefined, checking);
  }
}

/** The names that a stage can have, in words. */
export const stageNames = '1 to 16 lower-case letters and digits, and not "dlq"';

/** No "-": a stage's queues are granted by the prefix `hookline-<stage>-`, and one must not reach into another's. */
export function isStageName(name: string): boolean {
  return /^[a-z][a-z0-9]{0,15}$/.test(name) && name !== "dlq";
}

/** The settings of sources that the verifier reads; the others are the stack's. A source without any is left out. */
export function verifierSettings(
  sources: NonNullable<StageConfig["sources"]>,
): Readonly<Record<string, SourceSettings>> {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([source, { expectedWithinHours: _, ...settings }]) =>
      Object.keys(settings).length === 0 ? [] : [[source, settings]],
    ),
  );
}

/** The rules between options. */
function checkTogether(config: CheckedStage, checking: Checking): void {
  const { entrances, domain, verifier, sources = {}, alarmTarget } = config;
  for (const target of ["alarmEmail", "alarmTopicArn"] as const) {
    if (alarmTarget !== undefined && config[target] !== undefined) {
      throw wrong("alarmTarget", `left out beside ${target}`, alarmTarget, checking);
    }
  }
  if (entrances?.functionUrl === false && entrances.api === false) {
    throw wrong("entrances", "open: one of functionUrl and api at least", entrances, checking);
  }
  if (entrances?.throttle !== undefined && entrances.api === false) {
    throw wrong("entrances.throttle", "left out while entrances.api is false", entrances.throttle, checking);
  }
  if (domain !== undefined && entrances?.api === false) {
    throw wrong("domain", "left out while entrances.api is false", domain.name, checking);
  }
  if (
    domain?.hostedZone !== undefined &&
    !`.${domain.name}`.endsWith(`.${domain.hostedZone.name.replace(/\.$/, "")}`)
  ) {
    throw wrong("domain.hostedZone.name", `a part of ${domain.name}`, domain.hostedZone.name, checking);
  }
  const { reservedConcurrency, provisionedConcurrency = 0 } = verifier ?? {};
  if (reservedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency) {
    const expected = "a whole number of no more than reservedConcurrency";
    throw wrong("verifier.provisionedConcurrency", expected, provisionedConcurrency, checking);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(verifierSettings(sources))).length;
  if (bytes > mostSettingsBytes) {
    const expected = `no more than ${mostSettingsBytes} bytes as JSON, since the verifier's environment holds it`;
    throw wrong("sources", expected, bytes, checking);
  }
}

function checkWindow(
  source: string,
  { sources }: CheckedStage,
  provider: (typeof providers)[string] | undefined,
  checking: Checking,
): void {
  const seconds = sources?.[source]?.toleranceSeconds;
  const scheme = provider?.verification;
  const isTimed = provider === undefined || (typeof scheme === "object" && scheme.timestamp !== undefined);
  if (seconds === undefined || isTimed) return;
  const expected = "left out: its provider's scheme has no window that can be set";
  throw wrong(`sources["${source}"].toleranceSeconds`, expected, seconds, checking);
}
