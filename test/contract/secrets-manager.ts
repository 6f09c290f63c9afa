import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientFor, type Endpoint } from "../../local/aws/endpoint.ts";

/**
 * What the stack needs of Secrets Manager, asked of any endpoint: a secret that exists before it has a value, and a
 * rotation that leaves the value before readable. Makes secrets of its own, and deletes them where that is possible.
 */
export function secretsManagerContract(name: string, start: () => Promise<Endpoint>): void {
  describe(`Secrets Manager: ${name}`, () => {
    const prefix = `hookline-contract/${randomUUID()}`;
    const created: string[] = [];
    let endpoint: Endpoint;
    let client: SecretsManagerClient;

    before(async () => {
      endpoint = await start();
      client = new SecretsManagerClient(clientFor(endpoint.url));
    });

    after(async () => {
      for (const SecretId of created) {
        const remove = new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true });
        await client.send(remove);
      }
      client?.destroy();
      await endpoint?.close();
    });

    async function create(name: string, SecretString?: string) {
      const answer = await client.send(new CreateSecretCommand({ Name: `${prefix}/${name}`, SecretString }));
      assert.ok(answer.Name && answer.ARN);
      created.push(answer.Name);
      return { ...answer, Name: answer.Name, ARN: answer.ARN };
    }

    const get = (SecretId: string, VersionStage?: string) =>
      client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    const put = (SecretId: string, SecretString: string, ClientRequestToken?: string) =>
      client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));

    function notFound(ending: string) {
      return (error: unknown) => {
        assert.ok(error instanceof ResourceNotFoundException, String(error));
        assert.equal(error.message, `Secrets Manager can't find the specified ${ending}`);
        assert.equal(error.$metadata.httpStatusCode, 400);
        return true;
      };
    }

    it("tells an unknown secret from one that has no value yet by the sentence alone", async () => {
      await assert.rejects(get(`${prefix}/unknown`), notFound("secret."));
      const { Name, VersionId } = await create("unset");
      assert.equal(VersionId, undefined);
      await assert.rejects(get(Name), notFound("secret value for staging label: AWSCURRENT"));
      assert.equal((await client.send(new DescribeSecretCommand({ SecretId: Name }))).VersionIdsToStages, undefined);
    });

    it("reads a value by name and by ARN, with its version and its date", async () => {
      const { Name, ARN, VersionId } = await create("set", "whsec_one");
      assert.match(ARN, /^arn:aws:secretsmanager:[\w-]+:\d{12}:secret:hookline-contract\/.*\/set-\w{6}$/);
      for (const id of [Name, ARN, ARN.slice(0, -7)]) {
        const read = await get(id);
        assert.equal(read.SecretString, "whsec_one");
        assert.deepEqual([read.Name, read.ARN, read.VersionId], [Name, ARN, VersionId]);
        assert.deepEqual(read.VersionStages, ["AWSCURRENT"]);
        const ageMs = Date.now() - (read.CreatedDate?.getTime() ?? 0);
        assert.ok(ageMs > -60_000 && ageMs < 60_000, `created ${ageMs} ms ago`);
      }
    });

    it("rotates: the value before is AWSPREVIOUS, the one before that is gone", async () => {
      const { Name } = await create("rotated");
      await put(Name, "one");
      await assert.rejects(get(Name, "AWSPREVIOUS"), notFound("secret value for staging label: AWSPREVIOUS"));
      const second = await put(Name, "two");
      assert.deepEqual(second.VersionStages, ["AWSCURRENT"]);
      const third = await put(Name, "three");
      assert.equal((await get(Name)).SecretString, "three");
      assert.equal((await get(Name, "AWSPREVIOUS")).SecretString, "two");
      const { VersionIdsToStages, CreatedDate } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
      const stages = { [third.VersionId ?? ""]: ["AWSCURRENT"], [second.VersionId ?? ""]: ["AWSPREVIOUS"] };
      assert.deepEqual(VersionIdsToStages, stages);
      assert.ok(CreatedDate instanceof Date);
    });

    it("reads a version by its id", async () => {
      const { Name, VersionId } = await create("versions", "one");
      await put(Name, "two");
      const read = await client.send(new GetSecretValueCommand({ SecretId: Name, VersionId }));
      assert.deepEqual([read.SecretString, read.VersionStages], ["one", ["AWSPREVIOUS"]]);
      const absent = randomUUID();
      const unknown = client.send(new GetSecretValueCommand({ SecretId: Name, VersionId: absent }));
      await assert.rejects(unknown, notFound(`secret value for VersionId: ${absent}`));
    });

    it("takes a repeated put once, and refuses another value under the same token", async () => {
      const { Name } = await create("repeated");
      const token = randomUUID();
      await put(Name, "one", token);
      await put(Name, "two");
      assert.equal((await put(Name, "one", token)).VersionId, token);
      assert.equal((await get(Name)).SecretString, "two");
      assert.equal((await get(Name, "AWSPREVIOUS")).SecretString, "one");
      await assert.rejects(put(Name, "three", token), ResourceExistsException);
    });

    it("refuses a name that is taken, and a put to an unknown secret", async () => {
      const { Name } = await create("taken");
      const message = `The operation failed because the secret ${Name} already exists.`;
      await assert.rejects(
        create("taken"),
        (error) => error instanceof ResourceExistsException && error.message === message,
      );
      await assert.rejects(put(`${prefix}/unknown`, "value"), notFound("secret."));
    });
  });
}
