import { AlarmRule, CompositeAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct, IDependable } from "constructs";
import { alarmName, alarmText, type KindName } from "./kinds.ts";

/** CloudWatch's limits: 100 children, and 10 240 characters, of which some are left. */
const most = { children: 100, characters: 9000 } as const;

/** A composite alarm's name, and what those above it wait for. */
export type Composite = { readonly name: string; readonly made: readonly CompositeAlarm[] };

/**
 * An alarm that fires while one of `children` does. Children that are too many for one are shared out among several that
 * stand between. It notifies `topics`.
 */
export function createComposite(
  scope: Construct,
  props: {
    readonly stage: string;
    readonly kind: KindName;
    readonly subject?: string;
    /** Names of alarms, of which there is one at least. */
    readonly children: readonly string[];
    /** The creators of the children: CloudWatch refuses a composite of alarms that do not exist yet. */
    readonly after: readonly IDependable[];
    readonly topics?: readonly ITopic[];
  },
): Composite {
  const { stage, kind, subject, children, after, topics = [] } = props;
  const make = (suffix: string, of: readonly string[], waitFor: readonly IDependable[]) => {
    const name = `${alarmName(stage, kind, subject)}${suffix}`;
    const alarm = new CompositeAlarm(
      scope,
      `${[kind, ...(subject === undefined ? [] : [subject])].join("-")}${suffix}`,
      {
        compositeAlarmName: name,
        alarmDescription: alarmText(kind),
        alarmRule: AlarmRule.fromString(ruleOf(of)),
      },
    );
    alarm.node.addDependency(...waitFor);
    return { name, alarm };
  };
  const parts = split(children);
  const between = parts.length === 1 ? [] : parts.map((part, index) => make(`-${index + 1}`, part, after));
  const top =
    between.length === 0
      ? make("", children, after)
      : make(
          "",
          between.map(({ name }) => name),
          between.map(({ alarm }) => alarm),
        );
  for (const topic of topics) top.alarm.addAlarmAction(new SnsAction(topic));
  return { name: top.name, made: [...between, top].map(({ alarm }) => alarm) };
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
