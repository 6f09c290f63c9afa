import { Annotations, Stack } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { AlarmTarget } from "../../receiver-facts.ts";
import type { StageConfig } from "../../stage-config.ts";

/** The context of CDK that is the address of stages that keep their data and name none: for a synth that deploys nothing. */
const emailContext = "hookline:alarmEmail";

/**
 * The topic of a receiver's alarms, and all topics that are told of them. A stage that keeps its data gets an error, which a deploy stops
 * at, where nobody would be told and it did not ask for that.
 *
 * @param given The topic in place of one of its own.
 */
export function createAlarmTopics(
  receiver: Construct,
  stage: string,
  config: StageConfig,
  given: ITopic | undefined,
): { readonly topic: ITopic; readonly topics: readonly ITopic[]; readonly target: AlarmTarget | undefined } {
  const { removeData, alarmEmail, alarmTopicArn, alarmTarget } = config;
  const topic = given ?? createTopic(receiver);
  const own = alarmTopicArn === undefined ? [] : [Topic.fromTopicArn(receiver, "OwnTopic", alarmTopicArn)];
  const isUntold = !removeData && [given, alarmEmail, alarmTopicArn, alarmTarget].every((one) => one === undefined);
  const email = alarmEmail ?? (isUntold ? emailOfContext(receiver) : undefined);
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  if (isUntold && email === undefined) {
    Annotations.of(receiver).addError(
      `Cannot deploy stage "${stage}": it keeps its data, and nobody is told of its alarms; set alarmEmail or alarmTopicArn, or alarmTarget: "none" where you mean it`,
    );
  }
  const elsewhere = given === undefined && own.length === 0 ? "none" : "topic";
  return { topic, topics: [topic, ...own], target: email === undefined ? elsewhere : undefined };
}

function emailOfContext(scope: Construct): string | undefined {
  const address: unknown = scope.node.tryGetContext(emailContext);
  return typeof address === "string" && address.includes("@") ? address : undefined;
}

function createTopic(scope: Construct): Topic {
  const topic = new Topic(scope, "Alarms", { enforceSSL: true });
  // A policy of its own replaces the default one, under which alarms of the account could publish.
  topic.grantPublish(
    new ServicePrincipal("cloudwatch.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  return topic;
}
