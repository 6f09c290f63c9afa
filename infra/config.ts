/** What differs between stages. */
export type StageConfig = {
  /** True: `cdk destroy` leaves nothing behind. False: table, queues and secrets outlive the stack. */
  readonly removeData: boolean;
  /** How long log lines are kept, in days: a value that CloudWatch Logs knows. */
  readonly logDays: 1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 180 | 365;
  /** Who is told of alarms. Default: nobody; subscribe to the stack's topic yourself. */
  readonly alarmEmail?: string;
  /**
   * The URL under which a source is registered at its provider, letter by letter, by source: for providers that sign it
   * (Square, HubSpot, Twilio). It is known once the stage is deployed; until it stands here they are answered 503.
   */
  readonly registeredUrls?: Readonly<Record<string, string>>;
  /**
   * The hours, 1 to 168, within which a source sends at least one event that is accepted, by source: an alarm warns where
   * it does not. Default: none, since most sources are quiet at times.
   */
  readonly expectedWithinHours?: Readonly<Record<string, number>>;
  /**
   * X-Ray traces from the delivery to its processors, of one request a second and 5 % of the rest: Lambda knows no other
   * rate, and a million traces cost 5 USD. False: none, and every line still bears its trace id. Default: true.
   */
  readonly tracing?: boolean;
  /** Where it is deployed. Default: what the AWS CLI is set to. */
  readonly account?: string;
  readonly region?: string;
};

/** The stages of this installation: `cdk deploy Hookline-dev` deploys one. Names are permanent. */
export const stages: Readonly<Record<string, StageConfig>> = {
  dev: { removeData: true, logDays: 14 },
  prod: { removeData: false, logDays: 90 },
};

/**
 * Sources whose folder in `lambdas/events` does not bear their provider's name: `{ "github-internal": "github" }`.
 * Names are permanent: they are the path that providers post to.
 */
export const sources: Readonly<Record<string, string>> = {};

/** Checks the stages. @throws {TypeError} With the field, the value and what to do. */
export function checkStages(given: Readonly<Record<string, StageConfig>>): void {
  for (const [name, stage] of Object.entries(given)) {
    // No "-": a stage's queues are granted by the prefix `hookline-<stage>-`, and one must not reach into another's.
    if (!/^[a-z][a-z0-9]{0,15}$/.test(name) || name === "dlq") {
      throw new TypeError(
        `Cannot configure stage "${name}": its name must be 1 to 16 lower-case letters and digits, and not "dlq"; rename it in infra/config.ts`,
      );
    }
    for (const [source, url] of Object.entries(stage.registeredUrls ?? {})) {
      if (URL.canParse(url) && new URL(url).protocol === "https:") continue;
      throw new TypeError(
        `Cannot configure stage "${name}": registeredUrls of "${source}" must be an https URL, received "${url}"; correct it in infra/config.ts`,
      );
    }
    for (const [source, hours] of Object.entries(stage.expectedWithinHours ?? {})) {
      // CloudWatch looks back for a week at most.
      if (Number.isInteger(hours) && hours >= 1 && hours <= 168) continue;
      throw new TypeError(
        `Cannot configure stage "${name}": expectedWithinHours of "${source}" must be a whole number from 1 to 168, received ${hours}; correct it in infra/config.ts`,
      );
    }
    if (stage.alarmEmail !== undefined && !/^[^\s@]+@[^\s@]+$/.test(stage.alarmEmail)) {
      throw new TypeError(
        `Cannot configure stage "${name}": alarmEmail must be an e-mail address, received "${stage.alarmEmail}"; correct or leave it out in infra/config.ts`,
      );
    }
  }
}
