import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { startSqs } from "../../../local/aws/sqs.ts";
import type { InvokeResult } from "../../../local/lambda/function-definition.ts";
import {
  type EventSourceMapping,
  type EventSourceMappingOptions,
  type MappingLine,
  startEventSourceMapping,
} from "../../../local/mapping/event-source-mapping.ts";
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
    queueVisibilitySeconds: 60,
    functionTimeoutSeconds: 10,
    maxConcurrency: 2,
    reportBatchItemFailures: true,
    invoke: (event) =>
      new Promise((answer) => {
        calls.push({ event, bodies: event.Records.map(({ body }) => body), answer });
        queue.emit("change");
      }),
    endPolls: () => queue.endPolls(),
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

const closed = () => Promise.all(open.splice(0).map((mapping) => mapping.close()));

describe("an event source mapping", () => {
  afterEach(closed);

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
    assert.equal(asked?.VisibilityTimeout, undefined, "without a window the queue's own time is right");
    answer(success());
    await queue.until(() => queue.inFlight.size === 0);
  });

  it("deletes the records that succeeded and leaves the failed ones, which the function itself logs", async () => {
    const { queue, call, lines } = setUp();
    queue.add("a", "b", "c");
    (await call()).answer(success({ batchItemFailures: [{ itemIdentifier: "id-b" }] }));
    await queue.until(() => queue.inFlight.size === 1);
    assert.deepEqual([...queue.inFlight.keys()], ["handle-b"]);
    assert.deepEqual(lines, []);
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
    // A pause ends the wait after an error too, so that it polls at once when it is resumed.
    await mapping.pause();
    mapping.resume();
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
    const { queue, call } = setUp({ batchSize: 100, batchWindowSeconds: 1 });
    queue.add("a");
    assert.deepEqual((await call()).bodies, ["a"]);
    assert.equal(queue.receives[1]?.WaitTimeSeconds, 1);
  });

  it("takes what comes within a window by tens, not by a call for each", async () => {
    const { queue, call } = setUp({ batchSize: 40, batchWindowSeconds: 300 });
    for (let sent = 0; sent < 40; sent++) {
      await new Promise((resolve) => setImmediate(resolve));
      queue.add(`m${sent}`);
    }
    assert.equal((await call()).bodies.length, 40);
    assert.ok(queue.receives.length < 20, `${queue.receives.length} calls for 40 messages`);
  });

  it("hides records for the window and the function's time, where the queue's own timeout is shorter", async () => {
    for (const [batchWindowSeconds, hidden] of [
      [300, 310],
      [20, 60],
    ] as const) {
      const { queue } = setUp({ batchWindowSeconds });
      await queue.until(() => queue.receives.length > 0);
      assert.equal(queue.receives[0]?.VisibilityTimeout, hidden);
    }
  });

  it("takes 10,000 records in one batch, and says of each whether it is done", async () => {
    const { queue, call } = setUp({ batchSize: 10_000, batchWindowSeconds: 300 });
    queue.add(...Array.from({ length: 10_001 }, (_, index) => `m${index}`));
    const { event, answer } = await call();
    assert.equal(event.Records.length, 10_000);
    const batchItemFailures = event.Records.slice(1).map(({ messageId }) => ({ itemIdentifier: messageId }));
    answer(success({ batchItemFailures }));
    await queue.until(() => !queue.inFlight.has("handle-m0"));
    assert.ok(queue.inFlight.size >= 9_999);
  });

  it("splits a batch above 6 MB, in order, and sends the rest with the next one", async () => {
    const { queue, call } = setUp({ maxConcurrency: 1 });
    queue.add(...Array.from({ length: 8 }, (_, index) => `${index}${"x".repeat(1024 * 1024 - 1)}`));
    const first = await call();
    assert.equal(first.bodies.length, 5);
    assert.ok(Buffer.byteLength(JSON.stringify(first.event)) <= 6 * 1024 * 1024);
    queue.add("8", "9");
    first.answer(success());
    const second = await call();
    assert.deepEqual(
      second.bodies.map((body) => body[0]),
      ["5", "6", "7", "8", "9"],
    );
    second.answer(success());
    await queue.until(() => queue.inFlight.size === 0);
  });
});

describe("the end of a mapping", () => {
  afterEach(closed);

  it("by pause stops polling at once, until it is resumed", async () => {
    const { queue, mapping, call } = setUp();
    await queue.until(() => queue.receives.length === 1);
    await mapping.pause();
    queue.add("a");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(queue.ready.length, 1);
    mapping.resume();
    mapping.resume();
    assert.deepEqual((await call()).bodies, ["a"]);
    await queue.until(() => queue.receives.length === 3);
  });

  it("by close is for good: it cannot be resumed", async () => {
    const { queue, mapping, calls } = setUp();
    await queue.until(() => queue.receives.length === 1);
    await mapping.close();
    mapping.resume();
    queue.add("a");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([queue.receives.length, queue.ready.length, calls.length], [1, 1, 0]);
  });

  it("by pause invokes nothing any more, and makes visible what it had received", async () => {
    const { queue, mapping, calls, call } = setUp({ batchSize: 100, batchWindowSeconds: 300 });
    queue.add("a", "b");
    await queue.until(() => queue.inFlight.size === 2);
    await mapping.pause();
    assert.deepEqual([calls.length, queue.inFlight.size, queue.ready.length], [0, 0, 2]);
    mapping.resume();
    queue.add(...Array.from({ length: 98 }, (_, index) => `m${index}`));
    assert.equal((await call()).bodies.length, 100);
  });

  it("by pause also returns the records that a batch had left over", async () => {
    const { queue, mapping, call, calls } = setUp({ maxConcurrency: 1 });
    queue.add(...Array.from({ length: 8 }, (_, index) => `${index}${"x".repeat(1024 * 1024 - 1)}`));
    const { answer } = await call();
    await mapping.pause();
    assert.equal(queue.ready.length, 3);
    answer(success());
    await queue.until(() => queue.inFlight.size === 0);
    assert.equal(calls.length, 1);
  });

  describe("while a poll has not reached the queue yet", () => {
    async function setUpLate() {
      const queue = new FakeQueue();
      const receive = queue.receive.bind(queue);
      const { promise: sent, resolve: send } = Promise.withResolvers<void>();
      const { promise: arrives, resolve: arrive } = Promise.withResolvers<void>();
      queue.receive = async (...input) => {
        send();
        await arrives;
        return receive(...input);
      };
      const { mapping, calls } = setUp({}, queue);
      await sent;
      let isPaused = false;
      const paused = mapping.pause().finally(() => (isPaused = true));
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(isPaused, false);
      return { queue, calls, arrive, paused };
    }

    it("returns the records that it brings", async () => {
      const { queue, calls, arrive, paused } = await setUpLate();
      queue.add("a");
      arrive();
      await paused;
      assert.deepEqual([calls.length, queue.inFlight.size, queue.ready.length], [0, 0, 1]);
    });

    it("has it end, where it would wait for a message", async () => {
      const { queue, calls, arrive, paused } = await setUpLate();
      arrive();
      await paused;
      assert.deepEqual([calls.length, queue.receives.length], [0, 1]);
    });
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

  it("cuts off a poll that the queue does not end", async () => {
    const { queue, mapping } = setUp({ endPolls() {} });
    await queue.until(() => queue.receives.length === 1);
    await mapping.close();
    assert.equal(queue.receives.length, 1);
  });

  it("waits for them no longer than it was told", async () => {
    const { queue, mapping, call } = setUp({ closeWaitSeconds: 0.05 });
    queue.add("a");
    await call();
    await mapping.close();
    assert.equal(queue.inFlight.size, 1);
  });
});

describe("a mapping that Lambda would not make", () => {
  afterEach(closed);

  for (const [title, changes, fault] of [
    ["of more than 10,000 records", { batchSize: 10_001, batchWindowSeconds: 1 }, /batchSize is over 10000: 10001$/],
    ["of no records", { batchSize: 0 }, /batchSize is not a number from 1: 0$/],
    ["of more than 10 records without a window", { batchSize: 11 }, /batchWindowSeconds of 1 or more: 11$/],
    ["with a window of over 5 minutes", { batchWindowSeconds: 301 }, /batchWindowSeconds is over 300: 301$/],
    ["with a window of half a second", { batchWindowSeconds: 0.5 }, /batchWindowSeconds is not a number from 0: 0.5$/],
    ["of more than 10 records of a FIFO queue", { batchSize: 11, queueArn: "q.fifo" }, /batchSize is over 10: 11$/],
    [
      "with a window on a FIFO queue",
      { batchWindowSeconds: 1, queueArn: "q.fifo" },
      /batchWindowSeconds is over 0: 1$/,
    ],
    ["where messages come again during their run", { functionTimeoutSeconds: 61 }, /60 s\) is less .* \(61 s\)$/],
  ] as const) {
    it(`${title} is refused`, () => {
      assert.throws(() => setUp(changes), { name: "RangeError", message: fault });
    });
  }
});

describe("a mapping of a queue of the embedded SQS", () => {
  afterEach(closed);

  it("leaves every message visible when it is paused in its window, and runs all of them when it is resumed", async () => {
    const started = await startSqs();
    const sqs = new SQSClient({ ...clientFor(started.sqs), useQueueUrlAsEndpoint: false });
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
    const ran: string[] = [];
    const batchRan = Promise.withResolvers<void>();
    const { mapping } = setUp({
      sqs: started.calls,
      queueUrl: QueueUrl,
      batchSize: 100,
      batchWindowSeconds: 300,
      endPolls: () => started.endPolls("orders"),
      async invoke({ Records }) {
        ran.push(...Records.map(({ body }) => body));
        batchRan.resolve();
        return success();
      },
      closeWaitSeconds: 30,
    });
    const send = async (from: number, to: number) => {
      for (let first = from; first < to; first += 10) {
        const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: `${i}`, MessageBody: `${first + i}` }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
    };
    const counts = async () => {
      const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
      const { Attributes = {} } = await sqs.send(all);
      return [Attributes.ApproximateNumberOfMessages, Attributes.ApproximateNumberOfMessagesNotVisible];
    };
    try {
      await send(0, 30);
      // A queue tells nobody that something was received.
      while ((await counts())[1] !== "30") await delay(10);
      await mapping.pause();
      assert.deepEqual([ran, await counts()], [[], ["30", "0"]]);
      await send(30, 100);
      assert.deepEqual([ran, await counts()], [[], ["100", "0"]]);
      mapping.resume();
      await batchRan.promise;
      assert.equal(new Set(ran).size, 100);
    } finally {
      await mapping.close();
      assert.deepEqual(await counts(), ["0", "0"]);
      sqs.destroy();
      await started.close();
    }
  });
});
