import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { startSqs } from "../../../local/aws/sqs.ts";
import { shortenWait, withFastRetries } from "../../../local/mapping/fast-retries.ts";
import type { Resource } from "../../../local/template.ts";

/** Of `core/processing/process.ts`: how long after the function's timeout a lease may end. */
const margin = 5;

function queue(QueueName: string, VisibilityTimeout: number): Resource {
  return { id: `S/${QueueName}`, type: "AWS::SQS::Queue", properties: { QueueName, VisibilityTimeout } };
}

const attributes = (maxReceiveCount: number, timeout: number) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn", maxReceiveCount }),
  VisibilityTimeout: String(timeout + margin + 1),
});

describe("fast retries", () => {
  const lambda = { id: "S/Fn", type: "AWS::Lambda::Function", properties: { FunctionName: "fn", Timeout: 40 } };
  const mapping = (FunctionName: string, name: string): Resource => ({
    id: `S/${name}-mapping`,
    type: "AWS::Lambda::EventSourceMapping",
    properties: { FunctionName, EventSourceArn: `arn:aws:sqs:us-east-1:000000000000:${name}` },
  });

  it("return the event of a killed run as soon as its lease has ended, and no sooner", () => {
    const arn = "arn:aws:lambda:us-east-1:000000000000:function:fn:live";
    const resources = [lambda, mapping("fn", "long"), mapping(arn, "short"), queue("long", 240), queue("short", 20)];
    const visible = Object.fromEntries(
      withFastRetries([...resources, queue("dlq", 240)]).flatMap(({ type, properties }) =>
        type === "AWS::SQS::Queue" ? [[properties.QueueName, properties.VisibilityTimeout]] : [],
      ),
    );
    assert.deepEqual(visible, { long: 40 + margin + 1, short: 20, dlq: 240 });
  });

  it("count the window of a batch, in which a message is hidden before its lease begins", () => {
    const windowed = mapping("fn", "long");
    const properties = { ...windowed.properties, MaximumBatchingWindowInSeconds: 100 };
    const [changed] = withFastRetries([queue("long", 240), lambda, { ...windowed, properties }]);
    assert.equal(changed?.properties.VisibilityTimeout, 100 + 40 + margin + 1);
  });

  it("shorten a back-off to 5 seconds, and lengthen none", () => {
    for (const [asked, waits] of [
      [3600, 5],
      [6, 5],
      [3, 3],
    ] as const) {
      assert.equal(shortenWait(asked, attributes(14, 40)), waits, `${asked}`);
    }
    assert.equal(shortenWait(600, {}), 600, "a DLQ keeps its times");
  });

  it("never use up the receives of a copy that waits for a lease to end", () => {
    for (const timeout of [11, 15, 40, 310, 900]) {
      for (const receives of [2, 3, 5, 14, 100]) {
        // Another copy has just been claimed; this one is refused until that lease ends, 5 s of jitter added.
        let refused = 0;
        for (let left = timeout + margin; left > 0; refused += 1) {
          left -= shortenWait(left + 5, attributes(receives, timeout));
        }
        assert.ok(refused < receives, `timeout ${timeout}: ${refused} of ${receives} receives were refused`);
      }
    }
    assert.equal(shortenWait(900, attributes(1, 40)), 900);
  });

  it("reach the queue, alone and in a batch", async () => {
    const asked: number[] = [];
    const server = await startSqs({
      wait(seconds, { RedrivePolicy }) {
        asked.push(seconds);
        assert.equal(RedrivePolicy, undefined);
        return 1;
      },
    });
    const sqs = new SQSClient({ ...clientFor(server.sqs), useQueueUrlAsEndpoint: false });
    try {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
      const receive = async () => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
        const [ReceiptHandle] = Messages.map((message) => message.ReceiptHandle);
        assert.ok(ReceiptHandle, "it did not come back in 5 s");
        return ReceiptHandle;
      };
      const wait = { ReceiptHandle: await receive(), VisibilityTimeout: 900 };
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ...wait }));
      const Entries = [{ Id: "0", ReceiptHandle: await receive(), VisibilityTimeout: 800 }];
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      await receive();
      assert.deepEqual(asked, [900, 800]);
    } finally {
      sqs.destroy();
      await server.close();
    }
  });
});
