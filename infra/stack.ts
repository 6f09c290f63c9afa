import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { defined } from "../lambdas/core/bytes/defined.ts";
import type { ReceiverCode } from "./build/receiver-code.ts";
import { WebhookReceiver } from "./constructs/webhook-receiver.ts";
import type { StageConfig } from "./stage-config.ts";

type HooklineStackProps = StackProps & {
  readonly stage: string;
  readonly config: StageConfig;
  readonly code: ReceiverCode;
};

/** One stage as a stack of its own, with what its operator and `npm run doctor` look up as outputs. */
export class HooklineStack extends Stack {
  constructor(scope: Construct, id: string, props: HooklineStackProps) {
    const { stage, config, code, ...rest } = props;
    super(scope, id, { description: `Hookline ${stage}: webhooks, verified, deduplicated, queued`, ...rest });
    // CDK leaves `Default` out of logical ids: those of a stage are what they were before it was a construct.
    const { account: _, region: __, ...ofReceiver } = config;
    const receiver = new WebhookReceiver(this, "Default", { stage, code, ...ofReceiver });
    const { functionUrl, apiUrl, domainTarget } = receiver;
    const put = (name: string, value: string | undefined, description?: string) => {
      if (value !== undefined) new CfnOutput(this, name, { value, ...defined({ description }) });
    };
    put("FunctionUrl", functionUrl, "Give this to providers, with the source's name behind it");
    put("ApiUrl", apiUrl, "The HTTP API in front of the same verifier");
    put("DomainTarget", domainTarget, `Where ${config.domain?.name} points to`);
    put("AlarmTopic", receiver.topic.topicArn);
  }
}
