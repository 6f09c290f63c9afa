import { CfnQueryDefinition } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { ignoredTypesQuery, logGroupName, refusalsQuery } from "../../log-queries.ts";

/** Logs Insights reads so many log groups at once. */
const most = 50;

/**
 * Queries of a stage, in Logs Insights under `hookline/<stage>`. They name their log groups as far as 50 go; beyond, one
 * chooses them by the prefix `/hookline/<stage>/`.
 */
export function createQueries(
  scope: Construct,
  props: { readonly stage: string; readonly queues: readonly string[] },
): void {
  const { stage, queues } = props;
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
    // The archive's own lines name objects, and no event.
    [verifier, logGroupName(stage, "sweeper"), ...processors],
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
    "Starts",
    "Starts of environments",
    [verifier, ...processors],
    [
      "filter ispresent(init)",
      "stats count(*) as starts, pct(init, 50) as median, pct(init, 95) as p95, max(init) as slowest by @log",
      "sort starts desc",
    ].join("\n| "),
  );
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
