import { Stack, type StackProps } from "aws-cdk-lib";
import { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import type { ReceiverCode } from "./build/receiver-code.ts";
import { WebhookReceiver } from "./constructs/webhook-receiver.ts";
import type { StageConfig } from "./stage-config.ts";

type HooklineStackProps = StackProps & {
  readonly stage: string;
  readonly config: StageConfig;
  readonly code: ReceiverCode;
};

/** One stage as a stack of its own. */
export class HooklineStack extends Stack {
  constructor(scope: Construct, id: string, props: HooklineStackProps) {
    const { stage, config, code, ...rest } = props;
    super(scope, id, { description: `Hookline ${stage}: webhooks, verified, deduplicated, queued`, ...rest });
    // CDK leaves `Default` out of logical ids: those of a stage are what they were before it was a construct.
    const { account: _, region: __, table, ...ofReceiver } = config;
    const own = table === undefined ? {} : { table: Table.fromTableName(this, "OwnTable", table) };
    new WebhookReceiver(this, "Default", { stage, code, ...ofReceiver, ...own });
  }
}
