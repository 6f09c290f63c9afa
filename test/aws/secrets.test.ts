import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ResourceNotFoundException, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createSecrets } from "../../lambdas/aws/secrets.ts";
import { createClock } from "../core/memory.ts";
import { createFakeClient } from "./fake-client.ts";

const minute = 60_000;

function createVault() {
  const clock = createClock();
  const versions: Record<string, { readonly SecretString?: string; readonly CreatedDate: Date } | Error> = {};
  const { client, inputs } = createFakeClient<SecretsManagerClient>((input) => {
    const version = versions[String(input.VersionStage)];
    if (version instanceof Error) throw version;
    if (version === undefined) throw new ResourceNotFoundException({ message: "no such version", $metadata: {} });
    return version;
  });
  return { clock, versions, inputs, secretsOf: createSecrets(client, "hookline-dev/", clock.now) };
}

describe("the secrets of a source", () => {
  it("are none while none was written, and count as soon as one is", async () => {
    const { versions, secretsOf, clock, inputs } = createVault();
    const secrets = secretsOf("github");
    assert.deepEqual(await secrets(), []);
    versions.AWSCURRENT = { SecretString: " \n", CreatedDate: clock.now() };
    assert.deepEqual(await secrets(), []);
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    assert.deepEqual(await secrets(), ["one"]);
    assert.equal(inputs[0]?.SecretId, "hookline-dev/github");
  });

  it("are the current one and, for a day after it was replaced, the previous one", async () => {
    const { versions, secretsOf, clock } = createVault();
    versions.AWSCURRENT = { SecretString: "new", CreatedDate: clock.now() };
    versions.AWSPREVIOUS = { SecretString: "old", CreatedDate: new Date(0) };
    assert.deepEqual(await secretsOf("github")(), ["new", "old"]);
    clock.advance(24 * 60 * minute - 1);
    assert.deepEqual(await secretsOf("github")(), ["new", "old"]);
    clock.advance(1);
    assert.deepEqual(await secretsOf("github")(), ["new"]);
  });

  it("are asked for once in 5 minutes, for each source on its own", async () => {
    const { versions, secretsOf, clock, inputs } = createVault();
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    const secrets = secretsOf("github");
    await secrets();
    versions.AWSCURRENT = { SecretString: "two", CreatedDate: clock.now() };
    clock.advance(5 * minute - 1);
    assert.deepEqual(await secrets(), ["one"]);
    assert.equal(inputs.length, 2);
    clock.advance(1);
    assert.deepEqual(await secrets(), ["two"]);
    assert.deepEqual(await secretsOf("stripe")(), ["two"]);
  });

  it("stay what they were while they cannot be fetched, and reject where there are none yet", async () => {
    const { versions, secretsOf, clock } = createVault();
    const secrets = secretsOf("github");
    versions.AWSCURRENT = { SecretString: "one", CreatedDate: clock.now() };
    await secrets();
    versions.AWSCURRENT = new Error("throttled");
    clock.advance(60 * minute);
    assert.deepEqual(await secrets(), ["one"]);
    await assert.rejects(secretsOf("stripe")(), /throttled/);
  });
});
