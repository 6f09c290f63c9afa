import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import {
  flag,
  foreign,
  listOf,
  type Renamed,
  required,
  type TableOf,
  text,
} from "../../lambdas/core/checks/options.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { afterSynth } from "../build/after-synth.ts";
import { checkLimits, templatesOf } from "../build/limits.ts";
import { localFacts, localFactsKey } from "../build/local-facts.ts";
import type { ReceiverCode } from "../build/receiver-code.ts";
import { checkStage } from "../config-checks.ts";
import { createNestedStacks } from "../nested-stacks.ts";
import type { StageConfig } from "../stage-config.ts";
import { logDays, stageTable } from "../stage-options.ts";
import { createAlarmTopics } from "./alarms/alarm-target.ts";
import { hasSeveral, ReceiverAlarms } from "./alarms/receiver-alarms.ts";
import { Archive, archiveDays } from "./archive.ts";
import { createBucket } from "./bucket.ts";
import { Canary } from "./canary.ts";
import { createDashboard } from "./dashboard/dashboard.ts";
import { createQueries } from "./dashboard/queries.ts";
import { checkDedupeTable, createDedupeTable } from "./dedupe-table.ts";
import { describeReceiver } from "./describe-receiver.ts";
import { EventPipeline, requireTls } from "./event-pipeline.ts";
import { createRuntime, type Network } from "./functions.ts";
import { SpillDrain } from "./spill-drain.ts";
import { Verifier } from "./verifier.ts";

/** The props of a `WebhookReceiver`. An option of a stage that is absent has the default of `infra/config.ts`. */
export type WebhookReceiverProps = Partial<Omit<StageConfig, "account" | "region" | "table">> & {
  /**
   * Its name in the account and region, 1 to 16 lower-case letters and digits: queues are `hookline-<stage>-…`, secrets
   * `hookline/<stage>/…`. It is permanent, and no other receiver of the account may have it.
   */
  readonly stage: string;
  /** Its event files and their bundles, of `bundleReceiver`. */
  readonly code: ReceiverCode;
  /** False: table, queues, bodies and secrets outlive the stack. Defaults to false. */
  readonly removeData?: boolean;
  /** Defaults to 90. */
  readonly logDays?: StageConfig["logDays"];
  /**
   * The table of the records: partition key `pk`, a string, no sort key, time to live `ex`. Keys begin with `in#` and
   * `ev#`. Defaults to a table of its own, on demand, with point-in-time recovery.
   */
  readonly table?: ITable;
  /**
   * The topic of the alarms. Its policy is yours: `topic.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"))`.
   * Defaults to a topic of its own.
   */
  readonly topic?: ITopic;
  /** Encrypts its own table, queues, DLQs, bodies and secrets. Defaults to keys that AWS owns. */
  readonly encryptionKey?: IKey;
  /** The VPC that processors run in. They need a route to SQS, DynamoDB, S3 and KMS from there. Defaults to none. */
  readonly vpc?: IVpc;
  /** The subnets that they run in. Defaults to the private subnets of the VPC. */
  readonly vpcSubnets?: SubnetSelection;
  /** The security groups of its functions. Defaults to one for all of them, which allows all outgoing and no incoming traffic. */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** Runs the verifier in the VPC, too. It needs a route to Secrets Manager and to providers' keys. Defaults to false. */
  readonly verifierInVpc?: boolean;
};

const { account: _, region: __, table: ___, ...ofStage } = stageTable;

/** The options of the construct `WebhookReceiver`. */
export const receiverPropsTable: TableOf<WebhookReceiverProps> & { readonly doors: Renamed } = {
  ...ofStage,
  removeData: flag,
  logDays,
  stage: required(text),
  code: required(foreign("what bundleReceiver returns")),
  table: foreign("an ITable of CDK"),
  topic: foreign("an ITopic of CDK"),
  encryptionKey: foreign("an IKey of CDK"),
  vpc: foreign("an IVpc of CDK"),
  vpcSubnets: foreign("a SubnetSelection of CDK"),
  securityGroups: listOf(foreign("an ISecurityGroup of CDK")),
  verifierInVpc: flag,
};

/**
 * A stage of Hookline in your own CDK app, with your own table, topic, key or network. Grant permissions to a processor's
 * function as to any other function.
 *
 * @throws {TypeError} For an invalid prop, with its value and the remedy.
 *
 * @example
 * ```ts
 * import { App, Stack } from "aws-cdk-lib";
 * import { WebhookReceiver } from "@hookline/hookline/infra";
 *
 * const stack = new Stack(new App({ analyticsReporting: false }), "Shop");
 * const code = { events: [], sources: {}, bundles: { verifier: ".", spillDrain: ".", archive: ".", canary: ".", processors: {} } }; // or: await bundleReceiver(…)
 * new WebhookReceiver(stack, "Webhooks", { stage: "shop", code, entrances: { api: false } });
 * ```
 */
export class WebhookReceiver extends Construct {
  /** The URL to give to providers, before the source's name. Undefined where it is closed. */
  readonly functionUrl: string | undefined;
  /** The address of the HTTP API, or its domain. Undefined where it is closed. */
  readonly apiUrl: string | undefined;
  /** The name that the HTTP API's domain must point to. */
  readonly domainTarget: string | undefined;
  readonly table: ITable;
  /** The bucket of large bodies, the spill and the archive. */
  readonly bucket: IBucket;
  /** The topic of the alarms. */
  readonly topic: ITopic;
  readonly verifier: Verifier;
  /** Processor, queue and DLQ of each event file, by `<source>/<type>`. */
  readonly pipelines: Readonly<Record<string, EventPipeline>>;

  constructor(scope: Construct, id: string, props: WebhookReceiverProps) {
    super(scope, id);
    const { stage, code } = props;
    const { table: given, ...ofStage } = props;
    const config: StageConfig = { ...ofStage, removeData: props.removeData ?? false, logDays: props.logDays ?? 90 };
    checkStage(stage, props, code?.sources, { where: "the props of WebhookReceiver", table: receiverPropsTable });
    if (given !== undefined) checkDedupeTable(given);
    if (this.node.tryGetContext(localFactsKey) === true)
      this.node.addMetadata(localFactsKey, localFacts(stage, code.events));
    afterSynth(this, {
      check: () => checkLimits(stage, templatesOf(this)),
      ...defined({ end: code.savePipelines }),
    });
    const sources = Object.keys(code.sources);
    const kept = { removeData: config.removeData, ...keyOf(props.encryptionKey) };
    // The casts: CDK's own classes do not fit its interfaces under exactOptionalPropertyTypes.
    const table = given ?? (createDedupeTable(this, kept) as ITable);
    const bucket = createBucket(this, { ...kept, ...defined({ archiveDays: archiveDays(config) }) });
    const { topic, topics, target } = createAlarmTopics(this, stage, config, props.topic);
    const alarms = { stage, set: config.alarms ?? "all", topics } as const;
    const network = createNetwork(this, props);
    const runtime = createRuntime(this, config, code);
    const places = { stage, config, table, bucket, runtime, ...keyOf(props.encryptionKey) };

    const groups = createNestedStacks(this, "Pipelines", 16);
    const pipelines = code.events.map((event) => {
      const bundle = code.bundles.processors[event.name];
      if (bundle === undefined) throw new TypeError(`Cannot make the pipeline of ${event.name}: it was not bundled`);
      // One composite alarm notifies for the event types of a source.
      const told = hasSeveral(event.source, code.events) ? { ...alarms, topics: [] } : alarms;
      const parts = { event, bundle, ...places, ...network, alarms: told };
      return [event.name, new EventPipeline(groups.of(event.name), event.name, parts)] as const;
    });
    for (const nested of groups.all()) requireTls(nested);

    const beside = { ...places, ...(props.verifierInVpc ? network : {}) };
    const verifier = new Verifier(this, "Verifier", {
      ...beside,
      sources,
      keepers: sources.filter((source) => providers[code.sources[source] ?? ""]?.handshake?.keeps),
      bundle: code.bundles.verifier,
    });
    // Every queue that a new verifier routes to is there before it goes live. The other way round, it stops routing to a
    // queue in a deploy before the one that removes it (infra/build/pipelines.ts): that CloudFormation deletes last, in its
    // clean-up phase, keeps a queue until then but not what is in it.
    verifier.live.node.addDependency(...groups.all());
    const spillDrain = new SpillDrain(this, "Sweeper", { ...beside, bundle: code.bundles.spillDrain });
    const days = archiveDays(config);
    if (days !== undefined) {
      const archive = new Archive(this, "Archive", { ...beside, bundle: code.bundles.archive });
      verifier.live.node.addDependency(archive);
    }
    const { apiId, functionUrl, apiUrl, domainTarget } = verifier.entrances;
    const canary = config.canary === false ? undefined : new Canary(this, "Canary", places);
    if (canary !== undefined) verifier.live.node.addDependency(canary.secret, canary.queue);
    const urls = [functionUrl, apiUrl].filter((url) => url !== undefined);
    const canaryFunction = canary?.post({ ...places, bundle: code.bundles.canary, urls });
    const verifierName = verifier.function.functionName;
    const expectedWithinHours = (source: string) => config.sources?.[source]?.expectedWithinHours;
    new ReceiverAlarms(this, "AlarmTree", {
      ...alarms,
      ...{ verifierName, expectedWithinHours, sources, events: code.events, pipelines: groups.all() },
      spillDrainName: spillDrain.function.functionName,
      ...defined({ canaryName: canaryFunction?.functionName }),
      archives: days !== undefined,
    });
    const dashboard = createDashboard(this, {
      ...{ stage, verifierName, events: code.events, set: alarms.set },
      tableName: table.tableName,
      ...defined({ apiId }),
    });
    const queues = code.events.map(({ queue }) => queue);
    createQueries(this, { stage, queues });

    this.functionUrl = functionUrl;
    this.apiUrl = apiUrl;
    this.domainTarget = domainTarget;
    this.table = table;
    this.bucket = bucket as IBucket;
    this.topic = topic;
    this.verifier = verifier;
    this.pipelines = Object.fromEntries(pipelines);
    describeReceiver(this, {
      ...{ stage, code, functionUrl, apiUrl, domainTarget, table, topic, bucket: this.bucket },
      allowSend: config.allowSend === true,
      alarmTarget: target,
      domain: config.domain?.name,
      verifierName,
      dashboardName: dashboard.ref,
      expectedWithinHours,
    });
  }
}

function createNetwork(scope: Construct, props: WebhookReceiverProps): { readonly network?: Network } {
  const { vpc, vpcSubnets, securityGroups } = props;
  if (vpc === undefined) return {};
  const groups = securityGroups ?? [new SecurityGroup(scope, "Functions", { vpc, allowAllOutbound: true })];
  return { network: { vpc, securityGroups: groups, ...defined({ vpcSubnets }) } };
}

function keyOf(encryptionKey: IKey | undefined): { readonly encryptionKey?: IKey } {
  return defined({ encryptionKey });
}
