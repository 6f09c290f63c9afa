import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { clientFor, type Endpoint } from "../../local/aws/endpoint.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * What the stack needs of SQS, asked of any endpoint: at least once, in its time, into the dead-letter queue after
 * `maxReceiveCount` receives and back by a move task. Makes queues of its own and deletes them.
 */
export function sqsContract(name: string, start: () => Promise<Endpoint>): void {
  describe(`SQS: ${name}`, () => {
    const queues: string[] = [];
    let endpoint: Endpoint;
    let client: SQSClient;

    before(async () => {
      endpoint = await start();
      client = new SQSClient({ ...clientFor(endpoint.url), useQueueUrlAsEndpoint: false });
    });

    after(async () => {
      for (const QueueUrl of queues) await client.send(new DeleteQueueCommand({ QueueUrl }));
      client?.destroy();
      await endpoint?.close();
    });

    async function createQueue(Attributes: CreateQueueCommandInput["Attributes"] = {}): Promise<string> {
      const QueueName = `hookline-contract-${randomUUID()}`;
      const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
      queues.push(QueueUrl);
      return QueueUrl;
    }

    async function attributesOf(QueueUrl: string): Promise<Partial<Record<string, string>>> {
      const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
      return (await client.send(ask)).Attributes ?? {};
    }

    async function createPair(maxReceiveCount: number) {
      const deadLetters = await createQueue();
      const deadLettersArn = (await attributesOf(deadLetters)).QueueArn ?? "";
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLettersArn, maxReceiveCount });
      const source = await createQueue({ RedrivePolicy });
      const sourceArn = (await attributesOf(source)).QueueArn ?? "";
      return { source, sourceArn, deadLetters, deadLettersArn, RedrivePolicy };
    }

    const send = (QueueUrl: string, MessageBody: string, DelaySeconds?: number) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));

    async function receive(QueueUrl: string, options: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
      const MessageSystemAttributeNames = ["All" as const];
      const poll = { QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10, MessageSystemAttributeNames, ...options };
      return (await client.send(new ReceiveMessageCommand(poll))).Messages ?? [];
    }

    async function receiveOne(QueueUrl: string, options: Partial<ReceiveMessageCommandInput> = {}) {
      const [message, ...others] = await receive(QueueUrl, options);
      assert.ok(message?.ReceiptHandle && message.MessageId, "nothing arrived");
      assert.deepEqual(others, []);
      const { ReceiptHandle, MessageId, Attributes } = message;
      return { ...message, ReceiptHandle, MessageId, receives: Number(Attributes?.ApproximateReceiveCount) };
    }

    const changeVisibility = (QueueUrl: string, ReceiptHandle: string, VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

    it("keeps the attributes of a queue and finds it by name", async () => {
      const { source, RedrivePolicy } = await createPair(3);
      assert.deepEqual(JSON.parse((await attributesOf(source)).RedrivePolicy ?? ""), JSON.parse(RedrivePolicy));
      const asked = { VisibilityTimeout: "90", MessageRetentionPeriod: "1209600", SqsManagedSseEnabled: "true" };
      const configured = await createQueue(asked);
      const kept = await attributesOf(configured);
      for (const [name, value] of Object.entries(asked)) assert.equal(kept[name], value, name);
      const QueueName = configured.split("/").at(-1);
      assert.equal((await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl, configured);
      await assert.rejects(send(`${configured}-absent`, "x"), QueueDoesNotExist);
    });

    it("delivers a body with its attributes", async () => {
      const QueueUrl = await createQueue();
      const MessageAttributes = { attempt: { DataType: "Number", StringValue: "1" } };
      const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"é":1}', MessageAttributes }));
      const got = await receiveOne(QueueUrl, { VisibilityTimeout: 30, MessageAttributeNames: ["All"] });
      assert.deepEqual([got.Body, got.MessageId, got.receives], ['{"é":1}', sent.MessageId, 1]);
      assert.equal(got.MessageAttributes?.attempt?.StringValue, "1");
      assert.ok(Math.abs(Number(got.Attributes?.SentTimestamp) - Date.now()) < 60_000);
    });

    it("delivers the trace that a message was sent with, alone or in a batch, and none where it had none", async () => {
      const QueueUrl = await createQueue();
      const trace = (text: string) => ({
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: "String", StringValue: `Root=1-${text};Parent=53995c3f42cd8ad8;Sampled=0` },
        },
      });
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "alone", ...trace("alone") }));
      const Entries = [
        { Id: "0", MessageBody: "first", ...trace("first") },
        { Id: "1", MessageBody: "second" },
      ];
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      const found = new Map<string | undefined, string | undefined>();
      while (found.size < 3) {
        const messages = await receive(QueueUrl, { VisibilityTimeout: 30 });
        assert.ok(messages.length > 0, "nothing arrived");
        for (const { Body, Attributes } of messages) found.set(Body, Attributes?.AWSTraceHeader);
      }
      assert.match(found.get("alone") ?? "", /^Root=1-alone;/);
      assert.match(found.get("first") ?? "", /^Root=1-first;/);
      assert.equal(found.get("second"), undefined);
    });

    it("takes a group for a message of a standard queue, and hands the message over", async () => {
      const QueueUrl = await createQueue();
      const Entries = [{ Id: "0", MessageBody: "fair", MessageGroupId: "biz_1" }];
      const { Successful = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      assert.equal(Successful.length, 1);
      assert.equal((await receiveOne(QueueUrl)).Body, "fair");
    });

    it("wakes a long poll when a message arrives", async () => {
      const QueueUrl = await createQueue();
      const polled = receiveOne(QueueUrl, { WaitTimeSeconds: 20 });
      await delay(100);
      const sentAt = Date.now();
      await send(QueueUrl, "wake");
      assert.equal((await polled).Body, "wake");
      assert.ok(Date.now() - sentAt < 15_000, `arrived after ${Date.now() - sentAt} ms`);
    });

    it("keeps the given times: empty poll, delay, visibility timeout, prolonged, deleted", async () => {
      async function took(what: string, seconds: number, run: (queue: string) => Promise<number>): Promise<void> {
        const since = await run(await createQueue());
        const elapsedSeconds = (Date.now() - since) / 1000;
        assert.ok(elapsedSeconds > seconds - 0.1 && elapsedSeconds < seconds + 15, `${what} took ${elapsedSeconds} s`);
      }
      await Promise.all([
        took("an empty poll of 1 s", 1, async (queue) => {
          const since = Date.now();
          assert.deepEqual(await receive(queue, { WaitTimeSeconds: 1 }), []);
          return since;
        }),
        took("a delay of 1 s", 1, async (queue) => {
          const since = Date.now();
          await send(queue, "delayed", 1);
          await receiveOne(queue);
          return since;
        }),
        took("a visibility timeout of 1 s", 1, async (queue) => {
          await send(queue, "expiring");
          const since = Date.now();
          const first = await receiveOne(queue, { VisibilityTimeout: 1 });
          const second = await receiveOne(queue);
          assert.deepEqual([second.MessageId, second.receives], [first.MessageId, 2]);
          return since;
        }),
        took("a visibility timeout of 3 s, prolonged to 4 s", 4, async (queue) => {
          await send(queue, "prolonged");
          const { ReceiptHandle } = await receiveOne(queue, { VisibilityTimeout: 3 });
          const since = Date.now();
          await changeVisibility(queue, ReceiptHandle, 4);
          assert.equal((await receiveOne(queue)).receives, 2);
          return since;
        }),
        took("a poll of 2 s for a deleted message", 2, async (queue) => {
          await send(queue, "deleted");
          const { ReceiptHandle } = await receiveOne(queue, { VisibilityTimeout: 1 });
          await client.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
          const since = Date.now();
          assert.deepEqual(await receive(queue, { WaitTimeSeconds: 2 }), []);
          return since;
        }),
      ]);
    });

    it("gives a message back at once on visibility 0, alone and in a batch", async () => {
      const QueueUrl = await createQueue();
      await send(QueueUrl, "again");
      const first = await receiveOne(QueueUrl);
      await changeVisibility(QueueUrl, first.ReceiptHandle, 0);
      const second = await receiveOne(QueueUrl);
      assert.deepEqual([second.MessageId, second.receives], [first.MessageId, 2]);
      const Entries = [{ Id: "0", ReceiptHandle: second.ReceiptHandle, VisibilityTimeout: 0 }];
      const batch = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      assert.equal(batch.Successful?.length, 1);
      assert.equal((await receiveOne(QueueUrl)).receives, 3);
    });

    it("moves a message to the dead-letter queue after maxReceiveCount, and back by a move task", async () => {
      const { source, sourceArn, deadLetters, deadLettersArn, RedrivePolicy } = await createPair(2);
      const anotherSource = await createQueue({ RedrivePolicy });
      const { MessageId } = await send(source, "poison");
      for (const expected of [1, 2]) {
        const { ReceiptHandle, receives } = await receiveOne(source);
        assert.equal(receives, expected);
        await changeVisibility(source, ReceiptHandle, 0);
      }
      assert.deepEqual(await receive(source, { WaitTimeSeconds: 0 }), []);
      const dead = await receiveOne(deadLetters);
      assert.deepEqual([dead.Body, dead.MessageId], ["poison", MessageId]);
      assert.equal(dead.Attributes?.DeadLetterQueueSourceArn, sourceArn);
      await changeVisibility(deadLetters, dead.ReceiptHandle, 0);

      const listed = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters }));
      assert.deepEqual(listed.queueUrls?.sort(), [source, anotherSource].sort());
      const start = new StartMessageMoveTaskCommand({ SourceArn: deadLettersArn });
      assert.ok((await client.send(start)).TaskHandle);
      const back = await receiveOne(source, { WaitTimeSeconds: 20 });
      assert.deepEqual([back.Body, back.receives], ["poison", 1]);
      assert.notEqual(back.MessageId, MessageId);
      const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: deadLettersArn }));
      assert.equal(Results?.length, 1);
      assert.match(Results[0]?.Status ?? "", /^(RUNNING|COMPLETED)$/);
      await assert.rejects(client.send(new StartMessageMoveTaskCommand({ SourceArn: sourceArn })));
    });

    it("moves dead letters to a named queue as well", async () => {
      const { deadLetters, deadLettersArn } = await createPair(1);
      const other = await createQueue();
      const DestinationArn = (await attributesOf(other)).QueueArn;
      await send(deadLetters, "elsewhere");
      await client.send(new StartMessageMoveTaskCommand({ SourceArn: deadLettersArn, DestinationArn }));
      assert.equal((await receiveOne(other, { WaitTimeSeconds: 20 })).Body, "elsewhere");
    });

    it("takes 1 MiB and not a byte more, in one message or in a batch", async () => {
      const QueueUrl = await createQueue();
      await send(QueueUrl, "x".repeat(MEBIBYTE));
      assert.equal((await receiveOne(QueueUrl)).Body?.length, MEBIBYTE);
      await assert.rejects(send(QueueUrl, "x".repeat(MEBIBYTE + 1)), { name: /InvalidParameterValue/ });
      const half = "x".repeat(MEBIBYTE / 2);
      const batch = (...bodies: string[]) => {
        const Entries = bodies.map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
        return client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      };
      assert.equal((await batch(half, half)).Successful?.length, 2);
      await assert.rejects(batch(half, half, "x"), { name: /BatchRequestTooLong/ });
      await assert.rejects(batch(...Array.from({ length: 11 }, () => "x")), { name: /TooManyEntriesInBatchRequest/ });
    });

    it("shares 100 messages among 5 consumers, each message once", async () => {
      const QueueUrl = await createQueue({ VisibilityTimeout: "60" });
      const bodies = Array.from({ length: 100 }, (_, index) => `${index}`);
      for (let sent = 0; sent < bodies.length; sent += 10) {
        const Entries = bodies.slice(sent, sent + 10).map((MessageBody) => ({ Id: MessageBody, MessageBody }));
        await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
      const received: string[] = [];
      const deadline = Date.now() + 60_000;
      async function consume(): Promise<void> {
        for (const { Body = "" } of await receive(QueueUrl, { WaitTimeSeconds: 0 })) received.push(Body);
        if (received.length < bodies.length && Date.now() < deadline) await consume();
      }
      await Promise.all([consume(), consume(), consume(), consume(), consume()]);
      assert.deepEqual([received.length, new Set(received).size], [bodies.length, bodies.length]);
    });
  });
}
