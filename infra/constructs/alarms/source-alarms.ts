import type { Construct } from "constructs";
import { createAlarm, figure, math } from "./alarm.ts";

/** The alarms of a source, all of them warnings: their names. `expectedWithinHours` asks for the one on no traffic. */
export function createSourceAlarms(
  scope: Construct,
  props: { readonly stage: string; readonly source: string; readonly expectedWithinHours?: number },
): readonly string[] {
  const { stage, source, expectedWithinHours } = props;
  const dimensions = { Stage: stage, Source: source };
  const given = { stage, subject: source };
  const failures = createAlarm(scope, `SignatureFailures-${source}`, {
    ...given,
    kind: "signature-failures",
    // A share alone would ring for one stray post, a number alone for a busy source.
    metric: math("IF(failures > 20 AND failures > 0.2 * deliveries, failures, 0)", {
      failures: figure("SignatureInvalid", dimensions),
      deliveries: figure("Deliveries", dimensions),
    }),
    above: 0,
  });
  if (expectedWithinHours === undefined) return [failures];
  const noTraffic = createAlarm(scope, `NoTraffic-${source}`, {
    ...given,
    kind: "no-traffic",
    // Hours, since CloudWatch looks back 7 days in periods of an hour, and a day in shorter ones.
    metric: figure("Accepted", dimensions, { minutes: 60 }),
    above: 1,
    below: true,
    datapoints: [expectedWithinHours, expectedWithinHours],
    missingIsBad: true,
  });
  return [failures, noTraffic];
}
