import { bundleReceiver, WebhookReceiver } from "@hookline/hookline/infra";
import { App, Stack } from "aws-cdk-lib";

const code = await bundleReceiver({ events: "webhooks", bundles: "bundles" });
const app = new App({ analyticsReporting: false, outdir: "cdk.out" });
const { pipelines } = new WebhookReceiver(new Stack(app, "Shop"), "Webhooks", { stage: "shop", code });
app.synth();
console.log(JSON.stringify({ pipelines: Object.keys(pipelines), sources: code.sources }));
