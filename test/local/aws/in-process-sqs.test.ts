import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientFor } from "../../../local/aws/endpoint.ts";
import type { SqsCalls } from "../../../local/aws/in-process-sqs.ts";
import { type Sqs, startSqs } from "../../../local/aws/sqs.ts";

describe("the client of SQS in its own process", () => {
  let service: Sqs;
  let sdk: SQSClient;
  let calls: SqsCalls;
  before(async () => {
    service = await startSqs({ accessKeyId: "key" });
    sdk = new SQSClient({ ...clientFor(service.sqs, "key"), useQueueUrlAsEndpoint: false });
    calls = service.calls;
  });
  after(async () => {
    sdk.destroy();
    await service.close();
  });

  async function queueWith(QueueName: string, ...bodies: readonly string[]): Promise<string> {
    const { QueueUrl = "" } = await sdk.send(new CreateQueueCommand({ QueueName }));
    for (const MessageBody of bodies) {
      const AWSTraceHeader = { DataType: "String", StringValue: "Root=1-2-3" };
      const MessageAttributes = { kind: { DataType: "String", StringValue: "é" } };
      const sent = { QueueUrl, MessageBody, MessageGroupId: "tenant", MessageAttributes };
      await sdk.send(new SendMessageCommand({ ...sent, MessageSystemAttributes: { AWSTraceHeader } }));
    }
    return QueueUrl;
  }

  async function counts(QueueUrl: string, by: Pick<SqsCalls, "send"> = sdk) {
    const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const { Attributes } = await by.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    return AttributeNames.map((name) => Number(Attributes?.[name]));
  }

  function receive(QueueUrl: string, by: SqsCalls, WaitTimeSeconds = 0, abortSignal = new AbortController().signal) {
    const all = { MessageSystemAttributeNames: ["All" as const], MessageAttributeNames: ["All"] };
    return by.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, ...all }), { abortSignal });
  }

  /** Without the parts that differ from receive to receive. */
  const lasting = ({ Messages = [] }: { readonly Messages?: readonly Message[] | undefined }) =>
    Messages.map(({ ReceiptHandle: _, MessageId: __, Attributes, ...rest }) => ({
      ...rest,
      attributes: Object.keys(Attributes ?? {}).sort(),
      trace: Attributes?.AWSTraceHeader,
    }));

  it("receives what the SDK receives, and acts on it as the SDK does", async () => {
    const QueueUrl = await queueWith("same", "ü\u2028", "ü\u2028");
    const [bySdk, here] = [await receive(QueueUrl, sdk), await receive(QueueUrl, calls)];
    assert.equal(lasting(here)[0]?.trace, "Root=1-2-3");
    assert.deepEqual(lasting(here), lasting(bySdk));
    assert.deepEqual(await counts(QueueUrl, calls), [0, 2]);
    assert.deepEqual(await receive(QueueUrl, calls), {});

    const [mine] = here.Messages ?? [];
    const [other] = bySdk.Messages ?? [];
    const release = { Id: "0", ReceiptHandle: mine?.ReceiptHandle, VisibilityTimeout: 0 };
    const gone = { Id: "1", ReceiptHandle: "gone", VisibilityTimeout: 0 };
    const changed = await calls.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: [release, gone] }));
    assert.deepEqual(
      changed.Failed?.map(({ Id, Code }) => [Id, Code]),
      [["1", "ReceiptHandleIsInvalid"]],
    );
    const Entries = [{ Id: "0", ReceiptHandle: other?.ReceiptHandle }];
    await calls.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    assert.deepEqual(await counts(QueueUrl), [1, 0]);
  });

  it("rejects with the error of the service", async () => {
    const missing = `${service.sqs}/000000000000/missing`;
    const named = async (by: SqsCalls) =>
      await receive(missing, by).then(
        () => "no error",
        ({ name }: Error) => name,
      );
    assert.equal(await named(calls), await named(sdk));
    const none = new DeleteMessageBatchCommand({ QueueUrl: await queueWith("none"), Entries: [] });
    await assert.rejects(calls.send(none), /doesn't contain any entries/);
  });

  it("waits for a message, and gives up where it is told", async () => {
    const QueueUrl = await queueWith("waits");
    const waiting = receive(QueueUrl, calls, 20);
    await queueWith("waits", "late");
    assert.equal((await waiting).Messages?.[0]?.Body, "late");
    const stop = new AbortController();
    const cut = receive(QueueUrl, calls, 20, stop.signal);
    stop.abort();
    await assert.rejects(cut, { name: "AbortError" });
    service.endPolls("waits");
  });

  it("is struck by an outage: one that fails does nothing, one that loses does it and rejects", async () => {
    const QueueUrl = await queueWith("outage", "one");
    const first = await service.away("fails");
    await assert.rejects(receive(QueueUrl, calls));
    await first();
    assert.deepEqual(await counts(QueueUrl), [1, 0]);
    const second = await service.away("loses");
    await assert.rejects(receive(QueueUrl, calls));
    await second();
    assert.deepEqual(await counts(QueueUrl), [0, 1]);
  });

  it("is held by an outage that hangs, and not served where it gave up meanwhile", async () => {
    const QueueUrl = await queueWith("hangs", "one", "two");
    const comeBack = await service.away("hangs");
    const stop = new AbortController();
    const [held, given] = [receive(QueueUrl, calls), receive(QueueUrl, calls, 0, stop.signal)];
    stop.abort();
    await assert.rejects(given, { name: "AbortError" });
    await comeBack();
    assert.equal((await held).Messages?.length, 1);
    assert.deepEqual(await counts(QueueUrl), [1, 1]);
  });
});
