import { canarySource } from "../lambdas/aws/canary-source.ts";

// Apart from the constructs: commands read them, and CDK takes a second to load.

/** By name, so that queries and people find it: of the verifier, or of a queue behind its stage's prefix. */
export const logGroupName = (stage: string, of: string): string => `/hookline/${stage}/${of}`;

/**
 * The verifier's refusals; `sibling` is the provider that a refused delivery's headers fit better. A row without a reason has in
 * `leftOut` how many had no line of their own, at least. Those that the canary provokes are left out.
 */
export const refusalsQuery: string = [
  'filter text in ["refused", "refusals not logged"]',
  `filter coalesce(source, "") != "${canarySource}"`,
  "stats count(*) as refusals, sum(notLogged) as leftOut by source, reason, sibling",
  "sort refusals desc",
].join("\n| ");

/** The events that came again, by source. */
export const duplicatesQuery: string = [
  'filter step = "dedupe" and text = "duplicate"',
  "stats count(*) as duplicates by source",
].join("\n| ");

/** The event types that came, rightly signed, and have no event file. */
export const ignoredTypesQuery: string = [
  'filter text = "ignored" and reason = "no-processor"',
  "stats count(*) as events by source, type",
  "sort events desc",
].join("\n| ");

/**
 * How many lines are about events whose ids begin so, and the starts of environments among them: `init` is on an environment's first
 * line.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html `count(field)` counts where the field is there.
 */
export const startsQuery = (prefix: string): string =>
  [
    `filter step = "dedupe" and id like "${prefix}"`,
    "stats count(*) as lines, count(init) as starts, pct(init, 50) as median, max(init) as slowest",
  ].join("\n| ");
