import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { placedResources } from "./placed-resources.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

const app = synthesize([
  eventFile("github/push"),
  eventFile("shopify/orders/create"),
  eventFile("stripe/_other"),
  eventFile(`github/${"check_run.".repeat(8)}completed`),
]);

after(() => app.remove());

const long = `githubcheckrun${"checkrun".repeat(7)}completed`;
/** Of sources: they hold alarms alone. */
const alarms = [
  "AlarmTreeSources0NestedStackSources0NestedStackResource11530776",
  "AlarmTreeSources2NestedStackSources2NestedStackResourceF98389E7",
];
const [three, four, ten] = [
  "Pipelines3NestedStackPipelines3NestedStackResourceBC9FB6FB",
  "Pipelines4NestedStackPipelines4NestedStackResourceABB22CCC",
  "PipelinesaNestedStackPipelinesaNestedStackResourceEC8579F4",
];

/** What would be lost, or would have to be told to every provider, were its logical id or its nested stack another. */
const ids = {
  "AWS::DynamoDB::Table": ["/TableCD117FA1"],
  "AWS::S3::Bucket": ["/ClaimsE8D96B24"],
  "AWS::Lambda::Alias": ["/VerifierLive3587536A"],
  "AWS::Lambda::Url": ["/VerifierLiveFunctionUrl5C7C8CFB"],
  "AWS::ApiGatewayV2::Api": ["/VerifierApi6F4DA1C0"],
  "AWS::ApiGatewayV2::Integration": ["/VerifierApiANYsourceVerifier11D72B1E"],
  "AWS::ApiGatewayV2::Route": ["/VerifierApiANYsourceE96B90E0"],
  "AWS::ApiGatewayV2::Stage": ["/VerifierApiDefaultStageE06BE4B6"],
  "AWS::SNS::Topic": ["/Alarms04B5A0BF"],
  "AWS::CloudFormation::Stack": [...alarms.map((id) => `/${id}`), `/${three}`, `/${four}`, `/${ten}`],
  "AWS::Lambda::Function": [
    "/ArchiveFunction621289A2",
    "/CanaryFunction7B473602",
    "/SweeperFunction15FDF226",
    "/VerifierFunctionD65178B8",
    `${three}/stripeotherFunction15D4BE5A`,
    `${four}/${long}Function00C33FD6`,
    `${four}/githubpushFunctionBA186581`,
    `${ten}/shopifyorderscreateFunctionAFA92F69`,
  ],
};

/** Likewise, with the name in the account: another name is another queue. */
const named = (stage: string) => ({
  "/ArchiveQueueCE09E701": `hookline-${stage}-archive`,
  "/CanaryQueue4F92F5FC": `hookline-${stage}-canary`,
  "/CanarySecret3E006C5E": `hookline/${stage}/canary`,
  "/VerifierSecretgithubE15508CB": `hookline/${stage}/github`,
  "/VerifierSecretshopifyB0C991A6": `hookline/${stage}/shopify`,
  "/VerifierSecretstripe1E78B8D2": `hookline/${stage}/stripe`,
  [`${three}/stripeotherDlqAD17FBAF`]: `hookline-dlq-${stage}-stripe-_other`,
  [`${three}/stripeotherQueue487B5912`]: `hookline-${stage}-stripe-_other`,
  [`${four}/${long}Dlq29E63424`]: `hookline-dlq-${stage}-github-check_run_check_run_check_run_chec-483600b5`,
  [`${four}/${long}QueueE5C70149`]: `hookline-${stage}-github-check_run_check_run_check_run_chec-483600b5`,
  [`${four}/githubpushDlq85C87625`]: `hookline-dlq-${stage}-github-push`,
  [`${four}/githubpushQueue6828E57A`]: `hookline-${stage}-github-push`,
  [`${ten}/shopifyorderscreateDlq2E506D9E`]: `hookline-dlq-${stage}-shopify-orders_create`,
  [`${ten}/shopifyorderscreateQueueAC6EAC3D`]: `hookline-${stage}-shopify-orders_create`,
});

for (const stage of ["dev", "prod"]) {
  const placed = placedResources(app.of(stage).folder, `Hookline-${stage}`);
  const idsOf = (type: string) => [...placed].filter(([, { Type }]) => Type === type).map(([place]) => place);

  describe(`the resources that must never be replaced, in ${stage}`, () => {
    it("keep the logical ids where they hold data or are known to providers", () => {
      assert.deepEqual(Object.fromEntries(Object.keys(ids).map((type) => [type, idsOf(type).sort()])), ids);
    });

    it("keep the logical ids and the names of queues and secrets", () => {
      const found = [...idsOf("AWS::SQS::Queue"), ...idsOf("AWS::SecretsManager::Secret")].map((place) => {
        const { QueueName, Name } = placed.get(place)?.Properties ?? {};
        return [place, QueueName ?? Name];
      });
      assert.deepEqual(Object.fromEntries(found), named(stage));
    });
  });
}
