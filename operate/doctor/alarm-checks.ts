import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { alarmPrefix } from "../../infra/constructs/alarms/kinds.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { checked, type Finding } from "./finding.ts";
import type { Site } from "./site.ts";

/** Whether an alarm of the stage is on: a finding each, and one where none is. CloudWatch is on AWS alone. */
export async function checkAlarms({ aws, stage }: Site): Promise<readonly Finding[]> {
  if (aws === undefined) return [];
  const on: Finding[] = [];
  const all = await checked("alarms", async () => {
    let NextToken: string | undefined;
    do {
      const page = await aws.cloudWatch.send(
        new DescribeAlarmsCommand({
          // Composite alarms are left out: those below them say what is wrong.
          ...{ AlarmNamePrefix: alarmPrefix(stage), StateValue: "ALARM", AlarmTypes: ["MetricAlarm"] },
          ...defined({ NextToken }),
        }),
      );
      for (const { AlarmName = "", AlarmDescription = "", StateUpdatedTimestamp: since } of page.MetricAlarms ?? []) {
        const [says, remedy] = AlarmDescription.split(/: (?=see )/);
        const when = since === undefined ? "" : `, since ${since.toISOString()}`;
        on.push({ check: AlarmName, state: "FAIL", says: `is on${when}: ${says}`, ...defined({ remedy }) });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return { state: "ok", says: "none is on" };
  });
  return on.length > 0 ? on : [all];
}
