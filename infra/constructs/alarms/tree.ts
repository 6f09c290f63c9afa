import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct, type IDependable } from "constructs";
import { defined } from "../../../lambdas/core/bytes/defined.ts";
import { createNestedStacks } from "../../nested-stacks.ts";
import { type Composite, createComposite } from "./composites.ts";
import { eventAlarmNames } from "./event-alarms.ts";
import { createSourceAlarms } from "./source-alarms.ts";
import { createStageAlarms, type StageAlarmsProps } from "./stage-alarms.ts";

type AlarmTreeProps = StageAlarmsProps & {
  readonly sources: readonly string[];
  readonly events: readonly { readonly source: string; readonly queue: string }[];
  /** Hours within which a source is expected to send, for one that asks for an alarm. */
  readonly expectedWithinHours: (source: string) => number | undefined;
  /** Who is told. */
  readonly topics: readonly ITopic[];
  /** The nested stacks with the alarms of event types. */
  readonly pipelines: readonly IDependable[];
};

/**
 * The alarms of a stage, and where all of them lead to. Three notify, once each however many are below them:
 * `intake` and `processing` are pages, apart, so that an event left in a DLQ does not silence deliveries that are turned
 * away; `warnings` are not.
 */
export class AlarmTree extends Construct {
  constructor(scope: Construct, id: string, props: AlarmTreeProps) {
    super(scope, id);
    const { stage, topics, pipelines } = props;
    const single = new Construct(this, "Single");
    const alarms = createStageAlarms(single, props);
    const groups = createNestedStacks(this, "Sources", 4);
    const sourceWarnings = props.sources.flatMap((source) => {
      const hours = props.expectedWithinHours(source);
      return createSourceAlarms(groups.of(source), { stage, source, ...defined({ expectedWithinHours: hours }) });
    });
    const sources = props.sources.flatMap((subject): readonly Composite[] => {
      const events = props.events.filter(({ source }) => source === subject);
      const children = events.flatMap(({ queue }) => eventAlarmNames(stage, queue));
      // The alarms of one event type need no alarm that sums them up.
      if (events.length < 2) return children.map((name) => ({ name, made: [] }));
      return [createComposite(groups.of(subject), { stage, kind: "source", subject, children, after: pipelines })];
    });
    createComposite(this, { stage, kind: "intake", children: alarms.intake, after: [single], topics });
    createComposite(this, {
      ...{ stage, kind: "processing", topics },
      children: [...sources.map(({ name }) => name), ...alarms.processing],
      after: [single, ...pipelines, ...sources.flatMap(({ made }) => made)],
    });
    const warnings = [...alarms.warnings, ...sourceWarnings];
    createComposite(this, { stage, kind: "warnings", children: warnings, after: [single, ...groups.all()], topics });
  }
}
