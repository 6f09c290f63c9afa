import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import {
  type EventSourceMapping,
  type EventSourceMappingOptions,
  type MappingLine,
  startEventSourceMapping,
} from "../../../infra/local/event-source-mapping.ts";
import type { InvokeResult } from "../../../infra/local/lambda-runtime.ts";
import { FakeQueue } from "./fake-queue.ts";

type Call = {
  readonly event: SQSEvent;
  readonly bodies: readonly string[];
  readonly answer: (result: InvokeResult) => void;
};
type Setup = {
  queue: FakeQueue;
  mapping: EventSourceMapping;
  calls: Call[];
  lines: MappingLine[];
  call(): Promise<Call>;
};
const queueArn = "arn:aws:sqs:us-east-1:000000000000:orders";
const success = (payload: unknown = null): InvokeResult => ({ ok: true, payload });
const open: EventSourceMapping[] = [];

function setUp(changes: Partial<EventSourceMappingOptions> = {}, queue = new FakeQueue()): Setup {
  const calls: Call[] = [];
  const lines: MappingLine[] = [];
  let taken = 0;
  const mapping = startEventSourceMapping({
    sqs: queue as unknown as Pick<SQSClient, "send">,
    queueUrl: "http://127.0.0.1:1/000000000000/orders",
    queueArn,
    region: "us-east-1",
    batchSize: 10,
    batchWindowSeconds: 0,
    maxConcurrency: 2,
    reportBatchItemFailures: true,
    invoke: (event) =>
      new Promise((answer) => {
        calls.push({ event, bodies: event.Records.map(({ body }) => body), answer });
        queue.emit("change");
      }),
    log(line) {
      lines.push(line);
      queue.emit("change");
    },
    closeWaitSeconds: 0,
    ...changes,
  });
  open.push(mapping);
  async function call(): Promise<Call> {
    const wanted = taken++;
    await queue.until(() => calls.length > wanted);
    const found = calls[wanted];
    assert.ok(found);
    return found;
  }
  return { queue, mapping, calls, lines, call };
}

afterEach(() => Promise.all(open.splice(0).map((mapping) => mapping.close())));

describe("an event source mapping", () => {
  it("asks for all attributes and hands over whole records", async () => {
    const { queue, call } = setUp();
    queue.ready.push({ MessageId: "m", ReceiptHandle: "r", Body: "b", Attributes: { SenderId: "AIDA" } });
    queue.emit("change");
    const { event, answer } = await call();
    const [record] = event.Records;
    assert.deepEqual([record?.messageId, record?.attributes.SenderId], ["m", "AIDA"]);
    assert.deepEqual([record?.eventSourceARN, record?.awsRegion], [queueArn, "us-east-1"]);
    const [asked] = queue.receives;
    assert.deepEqual([asked?.MessageSystemAttributeNames, asked?.MessageAttributeNames], [["All"], ["All"]]);
    assert.deepEqual([asked?.WaitTimeSeconds, asked?.MaxNumberOfMessages], [20, 10]);
    answer(success());
    await queue.until(() => queue.inFlight.size === 0);
  });

  it("deletes what succeeded and leaves what failed", async () => {
    const { queue, call, lines } = setUp();
    queue.add("a", "b", "c");
    (await call()).answer(success({ batchItemFailures: [{ itemIdentifier: "id-b" }] }));
    await queue.until(() => queue.inFlight.size === 1);
    assert.deepEqual([...queue.inFlight.keys()], ["handle-b"]);
    assert.deepEqual(lines, [{ queueArn, kind: "batch", text: "1 of 3 failed" }]);
  });

  it("deletes nothing after a function error, and goes on", async () => {
    const { queue, call, lines } = setUp();
    queue.add("a");
    (await call()).answer({ ok: false, errorType: "Sandbox.Timedout", errorMessage: "too long" });
    queue.add("b");
    (await call()).answer(success());
    await queue.until(() => queue.inFlight.size === 1);
    assert.deepEqual([...queue.inFlight.keys()], ["handle-a"]);
    assert.match(lines[0]?.text ?? "", /^1 of 1 failed: Sandbox.Timedout: too long/);
  });

  it("survives an invoke that throws and a queue that fails", async () => {
    const queue = new FakeQueue();
    queue.failNext = new Error("connection refused");
    const { lines, mapping } = setUp(
      {
        invoke: () => {
          throw new Error("broken");
        },
      },
      queue,
    );
    await queue.until(() => lines.length === 1);
    assert.match(lines[0]?.text ?? "", /Cannot receive: Error: connection refused/);
    // A stop ends the pause after an error too, so the next start polls at once.
    mapping.stop();
    mapping.start();
    queue.add("a");
    await queue.until(() => lines.length === 2);
    assert.match(lines[1]?.text ?? "", /1 of 1 failed: Error: Error: broken/);
  });

  it("has at most maxConcurrency invocations under way, and receives no more than it can run", async () => {
    const { queue, call, calls } = setUp({ batchSize: 2, maxConcurrency: 2 });
    queue.add("a", "b", "c", "d", "e");
    const [first, second] = [await call(), await call()];
    assert.deepEqual(
      [first.bodies, second.bodies],
      [
        ["a", "b"],
        ["c", "d"],
      ],
    );
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(calls.length, 2);
    assert.deepEqual(
      queue.ready.map(({ Body }) => Body),
      ["e"],
    );
    second.answer(success());
    assert.deepEqual((await call()).bodies, ["e"]);
    assert.ok(queue.inFlight.has("handle-a"));
  });

  it("fills a batch over several receives within its window", async () => {
    const { queue, call } = setUp({ batchSize: 15, batchWindowSeconds: 60 });
    queue.add(...Array.from({ length: 12 }, (_, index) => `m${index}`));
    await queue.until(() => queue.receives.length >= 3);
    queue.add("m12", "m13", "m14", "m15");
    const { bodies, answer } = await call();
    assert.equal(bodies.length, 15);
    assert.deepEqual(queue.receives.map(({ MaxNumberOfMessages }) => MaxNumberOfMessages).slice(0, 3), [10, 5, 3]);
    answer(success());
    await queue.until(() => queue.inFlight.size <= 1);
  });

  it("runs a part of a batch when its window is over", async () => {
    const { queue, call } = setUp({ batchSize: 100, batchWindowSeconds: 0.9 });
    queue.add("a");
    assert.deepEqual((await call()).bodies, ["a"]);
    assert.equal(queue.receives[1]?.WaitTimeSeconds, 1);
  });

  it("splits what is over 6 MB, in order", async () => {
    const { queue, call } = setUp({ maxConcurrency: 1 });
    queue.add(...Array.from({ length: 8 }, (_, index) => `${index}${"x".repeat(1024 * 1024 - 1)}`));
    const first = await call();
    assert.equal(first.bodies.length, 5);
    assert.ok(Buffer.byteLength(JSON.stringify(first.event)) <= 6 * 1024 * 1024);
    first.answer(success());
    const second = await call();
    assert.deepEqual(
      second.bodies.map((body) => body[0]),
      ["5", "6", "7"],
    );
    second.answer(success());
    await queue.until(() => queue.inFlight.size === 0);
  });
});

describe("the end of a mapping", () => {
  it("stops polling at once, and start polls again", async () => {
    const { queue, mapping, call } = setUp();
    await queue.until(() => queue.receives.length === 1);
    mapping.stop();
    queue.add("a");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(queue.ready.length, 1);
    mapping.start();
    mapping.start();
    assert.deepEqual((await call()).bodies, ["a"]);
    await queue.until(() => queue.receives.length === 3);
  });

  it("lets running invocations finish and deletes their records", async () => {
    const { queue, mapping, call } = setUp({ closeWaitSeconds: 30 });
    queue.add("a");
    const { answer } = await call();
    let closed = false;
    const closing = mapping.close().finally(() => (closed = true));
    queue.add("b");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(closed, false);
    answer(success());
    await closing;
    assert.equal(queue.inFlight.size, 0);
    assert.equal(queue.ready.length, 1);
  });

  it("waits for them no longer than it was told", async () => {
    const { queue, mapping, call } = setUp({ closeWaitSeconds: 0.05 });
    queue.add("a");
    await call();
    await mapping.close();
    assert.equal(queue.inFlight.size, 1);
  });
});
