import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { startSecretsManager } from "../../../local/aws/secrets-manager.ts";
import { secretsManagerContract } from "../../contract/secrets-manager.ts";

const url = process.env.HOOKLINE_CONTRACT_SECRETSMANAGER_ENDPOINT;
secretsManagerContract(url ?? "embedded", async () => (url ? { url, close: async () => {} } : startSecretsManager()));

describe("embedded Secrets Manager", () => {
  it("names the operation that it lacks", async () => {
    const endpoint = await startSecretsManager();
    const client = new SecretsManagerClient(clientFor(endpoint.url));
    const list = client.send(new ListSecretsCommand({}));
    await assert.rejects(list, { name: "UnknownOperationException", message: /ListSecrets/ });
    client.destroy();
    await endpoint.close();
  });

  it("keeps values, versions and dates over a restart, where it is given a directory", async () => {
    const directory = await mkdtemp(join(tmpdir(), "hookline-secrets-"));
    async function run<Result>(use: (client: SecretsManagerClient) => Promise<Result>): Promise<Result> {
      const endpoint = await startSecretsManager({ directory });
      const client = new SecretsManagerClient(clientFor(endpoint.url));
      return await use(client).finally(async () => {
        client.destroy();
        await endpoint.close();
      });
    }
    const read = (client: SecretsManagerClient) => async (SecretId: string, VersionStage: string) => {
      const { SecretString, CreatedDate } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
      return [SecretString, CreatedDate?.getTime()];
    };
    const both = (client: SecretsManagerClient) =>
      Promise.all(["AWSCURRENT", "AWSPREVIOUS"].map((stage) => read(client)("kept", stage)));
    const before = await run(async (client) => {
      await client.send(new CreateSecretCommand({ Name: "unset" }));
      for (const Name of ["kept", "deleted"]) await client.send(new CreateSecretCommand({ Name, SecretString: "one" }));
      await client.send(new PutSecretValueCommand({ SecretId: "kept", SecretString: "two" }));
      await client.send(new DeleteSecretCommand({ SecretId: "deleted", ForceDeleteWithoutRecovery: true }));
      return await both(client);
    });
    assert.deepEqual(
      before.map(([value]) => value),
      ["two", "one"],
    );
    await run(async (client) => {
      assert.deepEqual(await both(client), before);
      await assert.rejects(read(client)("unset", "AWSCURRENT"), /secret value for staging label/);
      await assert.rejects(read(client)("deleted", "AWSCURRENT"), /can't find the specified secret\./);
    });
    await rm(directory, { recursive: true });
  });

  it("frees its port", async () => {
    const first = await startSecretsManager();
    await first.close();
    const second = await startSecretsManager({ port: Number(new URL(first.url).port) });
    assert.equal(second.url, first.url);
    await second.close();
  });
});
