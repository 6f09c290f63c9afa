import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { enqueueAll, type Sources } from "@hookline/hookline";
import {
  createClaimCheck,
  createDedupeTable,
  createEventQueues,
  createJsonLog,
  createSecrets,
  type HttpEvent,
  type HttpResult,
  sourceOptions,
} from "@hookline/hookline/aws";
import { type ClaimedDeliveryEvent, dedupe, httpDelivery, verification } from "@hookline/hookline/middleware";
import { github } from "@hookline/hookline/providers";
import middy from "@middy/core";

const region = { region: "us-east-1" };
const log = createJsonLog({ write() {} });
const secretsOf = createSecrets(new SecretsManagerClient(region), "acme/");
/** As a Lambda of one's own has it; the chain below knows its secret, since nobody answers for Secrets Manager here. */
export const onAws: Sources = {
  github: { provider: github, ...secretsOf("github"), ...sourceOptions({ allowedIps: ["192.0.2.0/24"] }) },
};
const sources: Sources = { github: { provider: github, secrets: async () => ["It's a Secret to Everybody"] } };
const queue = createEventQueues(
  new SQSClient(region),
  "https://sqs.us-east-1.amazonaws.com/111122223333/",
  [{ source: "github", types: ["push"], queue: "github-push" }],
  createClaimCheck("acme-claims"),
);
const chain = middy()
  .use(httpDelivery({ log }))
  .use(verification({ sources, log }))
  .use(dedupe({ dedupe: createDedupeTable(new DynamoDBClient(region), "acme"), queue, log }))
  .handler(({ claims, deadline }: ClaimedDeliveryEvent) => enqueueAll(claims, { queue, log, deadline }));

const event = {
  rawPath: "/github",
  rawQueryString: "",
  headers: {},
  body: "{}",
  isBase64Encoded: false,
  requestContext: { domainName: "hooks.example", http: { method: "POST", sourceIp: "198.51.100.7" } },
} as HttpEvent as ClaimedDeliveryEvent;
const context = { getRemainingTimeInMillis: () => 10_000 } as Parameters<typeof chain>[1];
const { statusCode, body } = (await chain(event, context)) as unknown as Exclude<HttpResult, string>;
console.log(JSON.stringify({ statusCode, error: JSON.parse(body ?? "{}").error }));
