import process from "node:process";
import { bundleReceiver, WebhookReceiver } from "@hookline/hookline/infra";
import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";

const here = (path: string) => new URL(path, import.meta.url);
const code = await bundleReceiver({
  events: here("webhooks"),
  bundles: here("dist"),
  pipelines: here("webhooks.pipelines.json"),
  fixed: process.env.CI !== undefined,
});

const app = new App();
const stack = new Stack(app, "Shop");

// What the app has already: a table of its own, a key, and a topic that somebody on call is subscribed to.
const issues = new Table(stack, "Issues", {
  partitionKey: { name: "id", type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
});
const encryptionKey = new Key(stack, "Key", { enableKeyRotation: true });
const topic = new Topic(stack, "OnCall");
topic.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));

const webhooks = new WebhookReceiver(stack, "Webhooks", { stage: "shop", code, topic, encryptionKey });

const processor = webhooks.pipelines["github/issues"]?.processor;
if (processor === undefined) throw new TypeError("There is no webhooks/github/issues.ts");
processor.addEnvironment("ISSUES_TABLE", issues.tableName);
issues.grantWriteData(processor);

new CfnOutput(stack, "WebhookUrl", { value: webhooks.functionUrl ?? "closed" });
app.synth();
