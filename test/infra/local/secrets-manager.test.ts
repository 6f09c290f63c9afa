import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientOptions } from "../../../infra/local/endpoint.ts";
import { startSecretsManager } from "../../../infra/local/secrets-manager.ts";
import { secretsManagerContract } from "../../contract/secrets-manager.ts";

const url = process.env.HOOKLINE_CONTRACT_SECRETSMANAGER_ENDPOINT;
secretsManagerContract(url ?? "embedded", async () => (url ? { url, close: async () => {} } : startSecretsManager()));

describe("embedded Secrets Manager", () => {
  it("names the operation that it lacks", async () => {
    const endpoint = await startSecretsManager();
    const client = new SecretsManagerClient(clientOptions(endpoint.url));
    const list = client.send(new ListSecretsCommand({}));
    await assert.rejects(list, { name: "UnknownOperationException", message: /ListSecrets/ });
    client.destroy();
    await endpoint.close();
  });

  it("lets go of its port", async () => {
    const first = await startSecretsManager();
    await first.close();
    const second = await startSecretsManager({ port: Number(new URL(first.url).port) });
    assert.equal(second.url, first.url);
    await second.close();
  });
});
