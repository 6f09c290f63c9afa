import { AlarmRule, CompositeAlarm } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct, IDependable } from "constructs";
import { type AlarmsOf, notify } from "./alarm.ts";
import { alarmName, alarmText, type KindName } from "./kinds.ts";

/** CloudWatch's limits: 100 children, and 10 240 characters, of which some are left. */
const most = { children: 100, characters: 9000 } as const;

/**
 * An alarm that fires while one of `children` does, and notifies in their place: once an incident. Children that are too many
 * for one are shared out among several, each of which notifies.
 */
export function createComposite(
  scope: Construct,
  props: AlarmsOf & {
    readonly kind: KindName;
    readonly subject: string;
    /** Names of alarms, of which there is one at least. */
    readonly children: readonly string[];
    /** The creators of the children: CloudWatch refuses a composite of alarms that do not exist yet. */
    readonly after: readonly IDependable[];
  },
): void {
  const { stage, kind, subject, children, after, topics } = props;
  const parts = split(children);
  for (const [index, part] of parts.entries()) {
    const suffix = parts.length === 1 ? "" : `-${index + 1}`;
    const alarm = new CompositeAlarm(scope, `${kind}-${subject}${suffix}`, {
      compositeAlarmName: alarmName(stage, kind, `${subject}${suffix}`),
      alarmDescription: alarmText(kind),
      alarmRule: AlarmRule.fromString(ruleOf(part)),
    });
    alarm.node.addDependency(...after);
    notify(alarm, topics);
  }
}

function ruleOf(children: readonly string[]): string {
  return children.map((child) => `ALARM("${child}")`).join(" OR ");
}

/** In order, and as few as the limits allow. */
function split(children: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  for (const child of children) {
    const last = parts.at(-1);
    const fits =
      last !== undefined && last.length < most.children && ruleOf([...last, child]).length <= most.characters;
    if (fits) last.push(child);
    else parts.push([child]);
  }
  return parts;
}
