import { Construct, type IDependable } from "constructs";
import { createNestedStacks } from "../../nested-stacks.ts";
import { isAmong } from "./alarm.ts";
import { createComposite } from "./composites.ts";
import { eventKinds } from "./event-alarms.ts";
import { alarmName, allOf } from "./kinds.ts";
import { createSourceAlarms } from "./source-alarms.ts";
import { createStageAlarms, type StageAlarmsProps } from "./stage-alarms.ts";

type ReceiverAlarmsProps = StageAlarmsProps & {
  readonly sources: readonly string[];
  readonly events: readonly { readonly source: string; readonly queue: string }[];
  /** Hours within which a source is expected to send, for one that asks for an alarm. */
  readonly expectedWithinHours: (source: string) => number | undefined;
  /** The nested stacks with the alarms of event types. */
  readonly pipelines: readonly IDependable[];
};

/** Whether a source has several event types: their alarms do not notify, since one composite of a kind does for them all. */
export function hasSeveral(source: string, events: ReceiverAlarmsProps["events"]): boolean {
  return events.filter((event) => event.source === source).length > 1;
}

/**
 * The alarms of a stage, beside those that are made with each event type. Each alarm and each composite notifies by itself, and
 * tells its end: events of one source that are left in a DLQ hide neither another source's nor deliveries that are turned away.
 */
export class ReceiverAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ReceiverAlarmsProps) {
    super(scope, id);
    const { sources, events, expectedWithinHours, pipelines: after, ...ofStage } = props;
    const { stage, set, topics } = ofStage;
    const alarms = { stage, set, topics };
    createStageAlarms(new Construct(this, "Single"), ofStage);
    const groups = createNestedStacks(this, "Sources", 4);
    for (const source of sources) {
      const hours = expectedWithinHours(source);
      const own = events.filter((event) => event.source === source);
      const kinds = eventKinds.filter((kind) => isAmong(set, kind) && hasSeveral(source, events));
      if (isAmong(set, "signature-failures") || hours !== undefined) {
        createSourceAlarms(groups.of(source), { ...alarms, source, expectedWithinHours: hours });
      }
      for (const kind of kinds) {
        const children = own.map(({ queue }) => alarmName(stage, kind, queue));
        createComposite(groups.of(source), { ...alarms, kind, subject: allOf(source), children, after });
      }
    }
  }
}
