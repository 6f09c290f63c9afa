import { createHash } from "node:crypto";
import { CfnOutput, NestedStack, Stack, type StackProps } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { AlarmTree } from "./alarms/tree.ts";
import type { Bundles } from "./bundle.ts";
import { createClaimBucket } from "./claim-bucket.ts";
import type { StageConfig } from "./config.ts";
import { createDashboard } from "./dashboard.ts";
import { createDedupeTable } from "./dedupe-table.ts";
import type { EventFile } from "./event-files.ts";
import { EventPipeline } from "./event-pipeline.ts";
import { createQueries } from "./queries.ts";
import { Verifier } from "./verifier.ts";

export type HooklineStackProps = StackProps & {
  readonly stage: string;
  readonly config: StageConfig;
  readonly events: readonly EventFile[];
  readonly sources: readonly string[];
  readonly keepers: readonly string[];
  readonly bundles: Bundles;
};

/** One stage: the table, a pipeline per event type, and the verifier in front of them. */
export class HooklineStack extends Stack {
  constructor(scope: Construct, id: string, props: HooklineStackProps) {
    super(scope, id, { description: `Hookline ${props.stage}: webhooks, verified, deduplicated, queued`, ...props });
    const { stage, config, bundles } = props;
    const table = createDedupeTable(this, config);
    const bucket = createClaimBucket(this, config);
    const topic = new Topic(this, "Alarms", { enforceSSL: true });
    // A policy of its own replaces the default one, under which alarms of the account could publish.
    topic.grantPublish(
      new ServicePrincipal("cloudwatch.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    if (config.alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(config.alarmEmail));

    const groups = new Map<string, NestedStack>();
    for (const event of props.events) {
      const group = groupOf(event.name);
      const nested = groups.get(group) ?? new NestedStack(this, `Pipelines-${group}`);
      groups.set(group, nested);
      const bundle = bundles.processors[event.name];
      if (bundle === undefined) throw new TypeError(`Cannot make the pipeline of ${event.name}: it was not bundled`);
      new EventPipeline(nested, event.name, { event, stage, config, bundle, table, bucket });
    }

    const verifier = new Verifier(this, "Verifier", {
      stage,
      config,
      sources: props.sources,
      keepers: props.keepers,
      bundle: bundles.verifier,
      table,
      bucket,
    });
    // Every queue that a new verifier routes to is there before it goes live. The other way round, it stops routing to a
    // queue in a deploy before the one that removes it (infra/pipelines.ts): that CloudFormation deletes last, in its
    // clean-up phase, keeps a queue until then but not what is in it.
    verifier.live.node.addDependency(...groups.values());
    const own = config.alarmTopicArn === undefined ? [] : [Topic.fromTopicArn(this, "OwnTopic", config.alarmTopicArn)];
    const watched = {
      ...{ stage, events: props.events, tableName: table.tableName },
      verifierName: verifier.function.functionName,
      ...(verifier.apiId === undefined ? {} : { apiId: verifier.apiId }),
    };
    new AlarmTree(this, "AlarmTree", {
      ...{ ...watched, sources: props.sources, pipelines: [...groups.values()] },
      topics: [topic, ...own],
      expectedWithinHours: (source) => config.sources?.[source]?.expectedWithinHours,
    });
    createDashboard(this, watched);
    createQueries(this, { stage, queues: props.events.map(({ queue }) => queue) });
    new CfnOutput(this, "AlarmTopic", { value: topic.topicArn });
  }
}

/**
 * The nested stack of a pipeline, one of 16: a stack holds 500 resources. It depends on the event's own name alone, so
 * that adding an event moves no other's queue.
 */
function groupOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 1);
}
