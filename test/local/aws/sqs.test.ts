import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { clientFor, type Endpoint } from "../../../local/aws/endpoint.ts";
import { startSqs } from "../../../local/aws/sqs.ts";
import { s3Contract } from "../../contract/s3.ts";
import { sqsContract } from "../../contract/sqs.ts";

async function inTemporaryDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "hookline-sqs-"));
  return use(directory).finally(() => rm(directory, { recursive: true }));
}

type Contract = (name: string, start: () => Promise<Endpoint>) => void;

function check(contract: Contract, service: "sqs" | "s3", url: string | undefined): void {
  if (url) {
    contract(url, async () => ({ url, close: async () => {} }));
    return;
  }
  contract("embedded, in memory", async () => {
    const started = await startSqs();
    return { url: started[service], close: started.close };
  });
  contract("embedded, on disk", async () => {
    const directory = await mkdtemp(join(tmpdir(), "hookline-sqs-"));
    const started = await startSqs({ directory });
    return { url: started[service], close: () => started.close().finally(() => rm(directory, { recursive: true })) };
  });
}

check(sqsContract, "sqs", process.env.HOOKLINE_CONTRACT_SQS_ENDPOINT);
check(s3Contract, "s3", process.env.HOOKLINE_CONTRACT_S3_ENDPOINT);

async function run(directory: string | undefined, use: (sqs: SQSClient, s3: S3Client) => Promise<void>): Promise<void> {
  const started = await startSqs(directory === undefined ? {} : { directory });
  const sqs = new SQSClient({ ...clientFor(started.sqs), useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...clientFor(started.s3), forcePathStyle: true });
  try {
    await use(sqs, s3);
  } finally {
    sqs.destroy();
    s3.destroy();
    await started.close();
  }
}

async function receive(sqs: SQSClient, QueueUrl: string, VisibilityTimeout = 30, WaitTimeSeconds = 5) {
  const MessageSystemAttributeNames = ["ApproximateReceiveCount" as const];
  const poll = { QueueUrl, VisibilityTimeout, WaitTimeSeconds, MessageSystemAttributeNames };
  const [message] = (await sqs.send(new ReceiveMessageCommand(poll))).Messages ?? [];
  assert.ok(message, "nothing arrived");
  return { body: message.Body, handle: message.ReceiptHandle, receives: message.Attributes?.ApproximateReceiveCount };
}

describe("embedded SQS", () => {
  it("finds a queue by the last segment of its url, whatever the host", async () => {
    await run(undefined, async (sqs) => {
      await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
      for (const host of [
        "https://sqs.us-east-1.amazonaws.com",
        "https://sqs.eu-west-1.amazonaws.com",
        "http://x.invalid:1",
      ]) {
        const QueueUrl = `${host}/000000000000/orders`;
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: host }));
        assert.equal((await receive(sqs, QueueUrl)).body, host);
      }
    });
  });

  it("counts a message whose visibility timeout is over as visible", async () => {
    await run(undefined, async (sqs) => {
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
      const counts = async () => {
        const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
        const { Attributes = {} } = await sqs.send(all);
        return [Attributes.ApproximateNumberOfMessages, Attributes.ApproximateNumberOfMessagesNotVisible];
      };
      const { handle: ReceiptHandle } = await receive(sqs, QueueUrl, 60);
      assert.deepEqual(await counts(), ["0", "1"]);
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }));
      const deadline = Date.now() + 60_000;
      while ((await counts())[1] === "1" && Date.now() < deadline) await delay(50);
      assert.deepEqual(await counts(), ["1", "0"]);
    });
  });

  it("answers on 127.0.0.1 alone", async () => {
    const started = await startSqs();
    const { port } = new URL(started.sqs);
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address, family, internal } of others) {
      if (internal || family !== "IPv4") continue;
      await assert.rejects(fetch(`http://${address}:${port}/health`), `${address} answers`);
    }
    assert.equal((await fetch(`${started.sqs}/health`)).status, 200);
    await started.close();
    await assert.rejects(fetch(`${started.sqs}/health`));
  });
});

describe("embedded SQS and S3 on disk", () => {
  it("keep their state over a restart, on another port", () =>
    inTemporaryDirectory(async (directory) => {
      const QueueUrl = "http://127.0.0.1/000000000000/orders";
      await run(directory, async (sqs, s3) => {
        await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes: { VisibilityTimeout: "77" } }));
        for (const MessageBody of ["released", "in flight", "ready"]) {
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
        }
        const released = await receive(sqs, QueueUrl);
        await receive(sqs, QueueUrl, 1);
        const back = { QueueUrl, ReceiptHandle: released.handle, VisibilityTimeout: 0 };
        await sqs.send(new ChangeMessageVisibilityCommand(back));
        await s3.send(new CreateBucketCommand({ Bucket: "claims" }));
        await s3.send(new PutObjectCommand({ Bucket: "claims", Key: "k", Body: Uint8Array.of(0, 255) }));
      });
      await run(directory, async (sqs, s3) => {
        const received = [await receive(sqs, QueueUrl), await receive(sqs, QueueUrl), await receive(sqs, QueueUrl)];
        const counts = Object.fromEntries(received.map(({ body, receives }) => [body, receives]));
        assert.deepEqual(counts, { released: "2", "in flight": "2", ready: "1" });
        const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
        assert.equal((await sqs.send(all)).Attributes?.VisibilityTimeout, "77");
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: "claims", Key: "k" }));
        assert.deepEqual([...((await Body?.transformToByteArray()) ?? [])], [0, 255]);
      });
    }));

  it("give queues the url of the server that runs now", () =>
    inTemporaryDirectory(async (directory) => {
      const create = new CreateQueueCommand({ QueueName: "orders" });
      const urlOf = new GetQueueUrlCommand({ QueueName: "orders" });
      await run(directory, async (sqs) => {
        await sqs.send(create);
      });
      await run(directory, async (sqs) => {
        const { hostname, port } = (await sqs.config.endpoint?.()) ?? {};
        const { QueueUrl } = await sqs.send(urlOf);
        assert.equal(QueueUrl, `http://${hostname}:${port}/000000000000/orders`);
        assert.equal((await sqs.send(create)).QueueUrl, QueueUrl);
      });
    }));

  it("bring dead letters back to their queue after a restart", () =>
    inTemporaryDirectory(async (directory) => {
      const QueueUrl = "http://127.0.0.1/000000000000/orders";
      const SourceArn = "arn:aws:sqs:us-east-1:000000000000:orders-dlq";
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: SourceArn, maxReceiveCount: 1 });
      await run(directory, async (sqs) => {
        await sqs.send(new CreateQueueCommand({ QueueName: "orders-dlq" }));
        await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes: { RedrivePolicy } }));
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "poison" }));
        await receive(sqs, QueueUrl, 0);
        await assert.rejects(receive(sqs, QueueUrl, 0, 0), /nothing arrived/);
      });
      await run(directory, async (sqs) => {
        await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
        assert.deepEqual((await receive(sqs, QueueUrl)).receives, "1");
      });
    }));
});
