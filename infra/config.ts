import { checkStage } from "./config-checks.ts";
import type { StageConfig } from "./stage-config.ts";

/** The stages of this installation: `npm run deploy -- dev` deploys one. Names are permanent. */
export const stages: Readonly<Record<string, StageConfig>> = {
  dev: { removeData: true, logDays: 14, allowSend: true, alarms: "few" },
  // Deploying it wants an address for its alarms: alarmEmail, or alarmTopicArn.
  prod: { removeData: false, logDays: 90 },
};

/**
 * Sources whose folder in `lambdas/events` has another name than their provider: `{ "github-internal": "github" }`.
 * Names are permanent: they are the path that providers post to.
 */
export const sources: Readonly<Record<string, string>> = {};

/** The option `sourceMaps` of `bundleReceiver`, for all stages: they have the same bundles. */
export const sourceMaps = false;

/**
 * Checks the stages.
 *
 * @param known The provider of each source, by source; left out: settings of any source are taken.
 * @throws {TypeError} With the field, the value and what to do.
 */
export function checkStages(
  given: Readonly<Record<string, StageConfig>>,
  known?: Readonly<Record<string, string>>,
): void {
  for (const [name, stage] of Object.entries(given)) checkStage(name, stage, known);
}
