import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startDynamoDb } from "../../../local/aws/dynamodb.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import type { RepairName } from "../../../local/aws/repairs/fauxqs/mod.ts";
import { startSecretsManager } from "../../../local/aws/secrets-manager.ts";
import { startSqs } from "../../../local/aws/sqs.ts";
import { recordsTable } from "../../records-table.ts";
import { ClassicLevel, type Disk, feignDisk, type Method, mountDisk } from "./disk-fixture.ts";

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hookline-disk-"));
  await use(directory).finally(() => rmSync(directory, { recursive: true, force: true }));
}

const TableName = "records";

/** Until it is active: that is a write, too. */
async function createTable(client: DynamoDBClient): Promise<void> {
  await client.send(new CreateTableCommand(recordsTable(TableName)));
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 120 }, { TableName });
}

describe("DynamoDB on a disk that is full, again and again", () => {
  async function story(directory: string, disk: Disk): Promise<void> {
    const acknowledged: string[] = [];
    let refused = 0;
    const open = async () => {
      const endpoint = await startDynamoDb({ directory: join(directory, "store") });
      return { endpoint, client: new DynamoDBClient(clientFor(endpoint.url)) };
    };
    const { endpoint, client } = await open();
    await createTable(client);
    const put = async (pk: string) => {
      const Item = { pk: { S: pk }, text: { S: pk.repeat(20) } };
      await client.send(new PutItemCommand({ TableName, Item })).then(
        () => acknowledged.push(pk),
        () => {
          refused += 1;
        },
      );
    };
    for (let round = 0; round < 5; round += 1) {
      const writing = Array.from({ length: 20 }, async (_, writer) => {
        for (let n = 0; n < 10; n += 1) {
          // In the midst of what the others write, and room comes while they do.
          if (writer === 0 && n === 2) disk.fill();
          if (writer === 0 && n === 6) disk.makeRoom();
          await put(`${round}-${writer}-${n}`);
        }
      });
      await Promise.all(writing);
      disk.makeRoom();
      await put(`${round}-after`);
      assert.equal(acknowledged.at(-1), `${round}-after`);
    }
    assert.ok(refused > 0, "it was never full");
    client.destroy();
    await endpoint.close();
    const again = await open();
    for (const pk of acknowledged) {
      const { Item } = await again.client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }));
      assert.equal(Item?.text?.S, pk.repeat(20), `${pk} of ${acknowledged.length}`);
    }
    again.client.destroy();
    await again.endpoint.close();
  }

  it("has everything that it acknowledged after a restart", async (test) => {
    await inDirectory(async (directory) => {
      const disk = mountDisk(directory);
      if (typeof disk === "string") return test.skip(disk);
      await story(directory, disk).finally(disk.remove);
    });
  });

  it("acknowledges nothing that was under way with a write that failed", async () => {
    await inDirectory(async (directory) => {
      const endpoint = await startDynamoDb({ directory });
      const client = new DynamoDBClient(clientFor(endpoint.url));
      await createTable(client);
      const { _get, _put } = ClassicLevel.prototype;
      const both = Promise.withResolvers<void>();
      let read = 0;
      let written = 0;
      // The first write fails once the second request has looked at its item, and goes on to write it.
      const looked: Method = async function get(...given) {
        const found = await _get.apply(this, given);
        if (String(given[0]).includes("item-") && ++read === 2) both.resolve();
        return found;
      };
      const failing: Method = async function put(...given) {
        if (++written > 1) return await _put.apply(this, given);
        await both.promise;
        for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        throw new Error("IO error");
      };
      Object.assign(ClassicLevel.prototype, { _get: looked, _put: failing });
      const put = (pk: string) => client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } }));
      try {
        const ended = await Promise.allSettled([put("one"), put("another")]);
        assert.deepEqual(
          ended.map(({ status }) => status),
          ["rejected", "rejected"],
        );
        await put("later");
      } finally {
        Object.assign(ClassicLevel.prototype, { _get, _put });
        client.destroy();
        await endpoint.close();
      }
    });
  });

  it("is opened again after the error of a full disk", async () => {
    await inDirectory(async (directory) => {
      const disk = feignDisk();
      await story(directory, disk).finally(disk.makeRoom);
    });
  });
});

/** A message that dies while the disk takes none of these statements: it must be there, before and after a restart. */
async function dieOnFullDisk(statements: RegExp, without: readonly RepairName[]): Promise<void> {
  await inDirectory(async (directory) => {
    const disk = feignDisk(statements);
    const open = async () => {
      const { sqs, close } = await startSqs({ directory, without });
      const client = new SQSClient({ ...clientFor(sqs), useQueueUrlAsEndpoint: false });
      const urlOf = (name: string) => `${sqs}/000000000000/${name}`;
      const receive = async (name: string) => {
        const asked = { QueueUrl: urlOf(name), VisibilityTimeout: 0 };
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
        return Messages.map(({ Body }) => Body);
      };
      const end = async () => {
        client.destroy();
        await close();
      };
      return { client, urlOf, receive, end };
    };
    const first = await open();
    try {
      await first.client.send(new CreateQueueCommand({ QueueName: "dead" }));
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead",
        maxReceiveCount: 1,
      });
      await first.client.send(new CreateQueueCommand({ QueueName: "work", Attributes: { RedrivePolicy } }));
      await first.client.send(new SendMessageCommand({ QueueUrl: first.urlOf("work"), MessageBody: "event" }));
      assert.deepEqual(await first.receive("work"), ["event"]);
      disk.fill();
      assert.deepEqual(await first.receive("work"), []);
      assert.deepEqual(await first.receive("dead"), ["event"]);
      disk.makeRoom();
      assert.deepEqual(await first.receive("dead"), ["event"]);
    } finally {
      disk.makeRoom();
      await first.end();
    }
    const again = await open();
    // Where its death could not be written, it dies once more.
    await again.receive("work");
    await again.receive("work");
    assert.deepEqual(await again.receive("dead"), ["event"]);
    assert.deepEqual(await again.receive("work"), []);
    await again.end();
  });
}

describe("SQS on a full disk", () => {
  for (const [what, statements] of [
    ["nothing", /./],
    ["no insertion", /^\s*INSERT/],
    ["no deletion", /^\s*DELETE/],
  ] as const) {
    it(`keeps a message that becomes dead meanwhile, where it takes ${what}, and has it once after a restart`, async () => {
      await dieOnFullDisk(statements, []);
    });
  }

  it("does not keep its messages without the repair", async () => {
    await assert.rejects(dieOnFullDisk(/./, ["full-disk"]), /database or disk is full/);
  });

  it("refuses messages, and takes them when there is room", async () => {
    await inDirectory(async (directory) => {
      const disk = feignDisk();
      const { sqs, close } = await startSqs({ directory });
      const client = new SQSClient({ ...clientFor(sqs), useQueueUrlAsEndpoint: false });
      const QueueUrl = `${sqs}/000000000000/work`;
      try {
        await client.send(new CreateQueueCommand({ QueueName: "work" }));
        disk.fill();
        await assert.rejects(client.send(new SendMessageCommand({ QueueUrl, MessageBody: "lost" })));
        disk.makeRoom();
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
        const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        assert.deepEqual(
          Messages.map(({ Body }) => Body),
          ["kept"],
        );
      } finally {
        disk.makeRoom();
        client.destroy();
        await close();
      }
    });
  });
});

describe("Secrets Manager", () => {
  it("takes no value that it cannot store, and keeps the one before", async () => {
    await inDirectory(async (directory) => {
      const { url, close } = await startSecretsManager({ directory });
      const client = new SecretsManagerClient(clientFor(url));
      const SecretId = "hookline/dev/github";
      const value = async () => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
      await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: "first" }));
      // A folder where the file would be written, as nothing can be on a full disk.
      mkdirSync(join(directory, "secrets.json.new"));
      await assert.rejects(client.send(new PutSecretValueCommand({ SecretId, SecretString: "second" })));
      await assert.rejects(client.send(new CreateSecretCommand({ Name: "another", SecretString: "second" })));
      assert.equal(await value(), "first");
      rmSync(join(directory, "secrets.json.new"), { recursive: true });
      await client.send(new PutSecretValueCommand({ SecretId, SecretString: "third" }));
      assert.equal(await value(), "third");
      assert.equal(existsSync(join(directory, "secrets.json.new")), false);
      client.destroy();
      await close();
    });
  });
});
