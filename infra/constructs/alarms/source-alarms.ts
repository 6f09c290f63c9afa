import type { Construct } from "constructs";
import { type AlarmsOf, createAlarm, figure } from "./alarm.ts";

/** The alarms of a source, all of them warnings. `expectedWithinHours` asks for the one on no traffic. */
export function createSourceAlarms(
  scope: Construct,
  props: AlarmsOf & { readonly source: string; readonly expectedWithinHours: number | undefined },
): void {
  const { source, expectedWithinHours, ...alarms } = props;
  const dimensions = { Stage: alarms.stage, Source: source };
  const given = { ...alarms, subject: source };
  createAlarm(scope, `SignatureFailures-${source}`, {
    ...given,
    kind: "signature-failures",
    // For a quarter of an hour: a stray post or two ring nothing.
    metric: figure("SignatureInvalid", dimensions),
    above: 20,
    datapoints: [3, 3],
  });
  if (expectedWithinHours === undefined) return;
  createAlarm(scope, `NoTraffic-${source}`, {
    ...given,
    kind: "no-traffic",
    // Hours, since CloudWatch looks back 7 days in periods of an hour, and a day in shorter ones.
    metric: figure("Accepted", dimensions, { minutes: 60 }),
    above: 1,
    below: true,
    datapoints: [expectedWithinHours, expectedWithinHours],
    missingIsBad: true,
  });
}
