import { CfnQueryDefinition } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { logGroupName } from "./functions.ts";

/** Logs Insights reads so many log groups at once. */
const most = 50;

/** The verifier's refusals; `sibling` is the provider that a refused delivery's headers fit better. */
export const refusalsQuery: string = [
  'filter text = "refused"',
  "stats count(*) as refusals by source, reason, sibling",
  "sort refusals desc",
].join("\n| ");

/** The event types that came, rightly signed, and have no event file. */
export const ignoredTypesQuery: string = [
  'filter text = "ignored" and reason = "no-processor"',
  "stats count(*) as events by source, type",
  "sort events desc",
].join("\n| ");

/**
 * Queries of a stage, in Logs Insights under `hookline/<stage>`. They name their log groups as far as 50 go; beyond, one
 * chooses them by the prefix `/hookline/<stage>/`.
 */
export function createQueries(
  scope: Construct,
  props: { readonly stage: string; readonly queues: readonly string[]; readonly archives: boolean },
): void {
  const { stage, queues, archives } = props;
  const verifier = logGroupName(stage, "verifier");
  const processors = queues.map((queue) => logGroupName(stage, queue));
  const save = (id: string, name: string, groups: readonly string[], queryString: string) =>
    new CfnQueryDefinition(scope, id, {
      name: `hookline/${stage}/${name}`,
      queryString,
      ...(groups.length > most ? {} : { logGroupNames: [...groups] }),
    });
  save(
    "OneEvent",
    "One event by id",
    [verifier, logGroupName(stage, "sweeper"), ...(archives ? [logGroupName(stage, "archive")] : []), ...processors],
    [
      "fields @timestamp, step, text, source, type, processor, attempt, milliseconds, reason, error, trace",
      'filter id = "the id of the event"',
      "sort @timestamp asc",
      "limit 1000",
    ].join("\n| "),
  );
  save("Refusals", "Refusals by reason", [verifier], refusalsQuery);
  save("IgnoredTypes", "Types without an event file", [verifier], ignoredTypesQuery);
  save(
    "FailedRuns",
    "Failed runs by processor",
    processors,
    [
      'filter step = "process" and text in ["failed", "dead", "overran", "cut", "claim failed", "unknown envelope"]',
      "stats count(*) as runs, latest(error) as error by processor, text",
      "sort runs desc",
    ].join("\n| "),
  );
}
