import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateSecretCommand, type GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createMemoryProcessing } from "../../lambdas/core/memory-processing.ts";
import { createReceiver } from "../../lambdas/core/mod.ts";
import { createNodeListener } from "../../lambdas/hosts/node.ts";
import { github, stripe } from "../../lambdas/providers/mod.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { startSecretsManager } from "../../local/aws/secrets-manager.ts";
import type { StagePlaces } from "../../operate/stage/find-stage.ts";
import { deployed, type FakeStack, fakeAws } from "./stage-fixture.ts";

/** The secrets by which the receiver verifies. */
export const verifying = { github: "a secret of github", stripe: "whsec_of-stripe" } as const;

/** The values in Secrets Manager, by source. */
const stored: Readonly<Record<string, string | undefined>> = {
  // A rotation is under way: the newest is the first.
  github: JSON.stringify([{ secret: verifying.github }, { secret: "an older secret", until: "2999-01-01T00:00:00Z" }]),
  stripe: verifying.stripe,
  foreign: "a secret of nobody",
  unset: undefined,
  malformed: '{"secret":"in JSON"}',
  paypal: "a webhook id",
};

/**
 * A stage dev on AWS whose function URL is a receiver on this machine, which verifies for GitHub and Stripe. Its secrets are in
 * Secrets Manager's stand-in.
 */
export async function startDeployedReceiver(facts: Partial<FakeStack> = { allowSend: true }) {
  const secretsManager = await startSecretsManager({});
  const stub = new SecretsManagerClient(clientFor(secretsManager.url, "local"));
  for (const [source, SecretString] of Object.entries(stored)) {
    await stub.send(
      new CreateSecretCommand({
        Name: `hookline/dev/${source}`,
        ...(SecretString === undefined ? {} : { SecretString }),
      }),
    );
  }
  const source = (secret: string) => async () => [secret];
  const receive = createReceiver({
    sources: {
      github: { provider: github, secrets: source(verifying.github) },
      stripe: { provider: stripe, secrets: source(verifying.stripe) },
      foreign: { provider: github, secrets: source("another secret") },
    },
    handlers: {},
    onUnhandledEvent: () => {},
    processing: createMemoryProcessing(),
  });
  const paths: string[] = [];
  const server = createServer(
    createNodeListener(async (request) => {
      paths.push(new URL(request.url).pathname);
      return await receive(request);
    }),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read: string[] = [];
  const secretsmanager = {
    send: async (command: GetSecretValueCommand) => {
      read.push(command.input.SecretId ?? "");
      return await stub.send(command);
    },
  };
  const stack: FakeStack = {
    stage: "dev",
    sources: {
      ...{ github: "github", stripe: "stripe", foreign: "github" },
      ...{ unset: "github", malformed: "github", paypal: "paypal" },
    },
    events: [deployed("github/push"), deployed("stripe/invoice.paid")],
    outputs: { FunctionUrl: `${url}/`, TableName: "records", BucketName: "archived" },
    ...facts,
  };
  const others = { logs: {}, dynamodb: {}, lambda: {}, s3: {}, sqs: {} };
  const places: StagePlaces = { stages: {}, awsClients: fakeAws(stack, { ...others, secretsmanager }) };
  return {
    places,
    url,
    /** The paths that were posted to since it was asked before. */
    paths: () => paths.splice(0),
    /** The names of the secrets that were read since it was asked before. */
    read: () => read.splice(0),
    async close() {
      server.close();
      server.closeAllConnections();
      stub.destroy();
      await secretsManager.close();
    },
  };
}
