import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { mostRefusals } from "../../lambdas/aws/log/refusal-limit.ts";
import { bytes, counts } from "./counts.ts";
import { type Measured, measure } from "./measured.ts";

/** So many times the requests of one. */
const times = (count: number, requests: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(requests).map(([name, one]) => [name, one * count]));

const isAtMost = (found: number, most: number) =>
  assert.ok(found > most / 2 && found <= most, `${found} bytes were measured, at most ${most} are said`);

describe("the AWS requests of an event, over the real adapters", () => {
  let measured: Measured;
  before(async () => {
    measured = await measure();
  });
  after(async () => await measured.close());

  const delivered = async (id: string, size = 5 * 1024) => {
    assert.equal(await measured.deliver(id, size), 200);
    return measured.requests();
  };
  const deliverAll = async (prefix: string) => {
    for (let index = 0; index < 10; index += 1) await delivered(`${prefix}-${index}`);
    measured.logBytes();
  };
  it("are those of the bill for a first delivery, a duplicate and the secrets", async () => {
    assert.deepEqual(await delivered("first"), { ...counts.accepted, ...counts.secrets });
    measured.logBytes();
    assert.deepEqual(await delivered("second"), counts.accepted);
    isAtMost(measured.logBytes(), bytes.verifierLog);
    assert.deepEqual(await delivered("second"), counts.duplicate);
    await measured.processAll(2, 10);
    assert.deepEqual(measured.requests(), { ...times(2, counts.processed), ...counts.batch });
  });

  it("are those of the bill for batches of ten and of one", async () => {
    await deliverAll("ten");
    await measured.processAll(10, 10);
    assert.deepEqual(measured.requests(), { ...times(10, counts.processed), ...counts.batch });
    const ofTen = measured.logBytes();
    await deliverAll("one");
    await measured.processAll(10, 1);
    assert.deepEqual(measured.requests(), { ...times(10, counts.processed), ...times(10, counts.batch) });
    const ofOne = measured.logBytes();
    // Ten runs and a batch, and ten of each.
    const ofBatch = (ofOne - ofTen) / 9;
    isAtMost(ofBatch, bytes.batchLog);
    isAtMost((ofTen - ofBatch) / 10, bytes.processorLog);
  });

  it("are none for a body that nobody signed, which has a log line up to a rate and figures always", async () => {
    measured.logBytes();
    assert.equal(await measured.refuse(5 * 1024), 401);
    measured.requests();
    const first = measured.logBytes();
    // Four are told as 1, 1 and 2, and the next is told with the eighth.
    for (let more = 0; more < mostRefusals + 3; more += 1) await measured.refuse(5 * 1024);
    measured.logBytes();
    assert.equal(await measured.refuse(5 * 1024), 401);
    assert.deepEqual(measured.requests(), counts.refused);
    const figures = measured.logBytes();
    isAtMost(figures, bytes.refusedLog);
    isAtMost(first - figures, bytes.refusalLine);
  });

  it("are those of the bill for a body that goes through the bucket", async () => {
    assert.deepEqual(await delivered("large", 300_000), { ...counts.accepted, ...counts.deposited });
    await measured.processAll(1, 10);
    assert.deepEqual(measured.requests(), { ...counts.processed, ...counts.batch, ...counts.collected });
  });

  it("are one write unit for each record", async () => {
    const records = await measured.recordBytes();
    assert.ok(records.in.length > 0 && records.ev.length > 0);
    isAtMost(Math.max(...records.in), bytes.ingressRecord);
    isAtMost(Math.max(...records.ev), bytes.processingRecord);
    assert.ok(bytes.ingressRecord < 1024 && bytes.processingRecord < 1024);
  });
});

describe("the AWS requests of an event whose run fails", () => {
  it("are those of a run and of its back-off, and its record stays one write unit", async () => {
    const measured = await measure({ fails: true });
    try {
      assert.equal(await measured.deliver("failing", 5 * 1024), 200);
      measured.requests();
      await measured.processAll(1, 10);
      assert.deepEqual(measured.requests(), { ...counts.failed, ReceiveMessage: counts.batch.ReceiveMessage });
      const { ev } = await measured.recordBytes();
      assert.equal(ev.length, 1);
      assert.ok(Math.max(...ev) > bytes.processingRecord && Math.max(...ev) < 1024);
    } finally {
      await measured.close();
    }
  });
});

describe("the AWS requests of an event that is archived, too", () => {
  it("are one send more for each event, and a put and a log line for each object", async () => {
    const measured = await measure({ archive: true });
    try {
      const { SendMessageBatch } = counts.accepted;
      const both = { ...counts.accepted, SendMessageBatch: SendMessageBatch + counts.archived.SendMessageBatch };
      for (const id of ["first", "second", "third"]) assert.equal(await measured.deliver(id, 5 * 1024), 200);
      assert.deepEqual(measured.requests(), { ...times(3, both), ...counts.secrets });
      measured.logBytes();
      assert.equal(await measured.archiveAll(), 3);
      assert.deepEqual(measured.requests(), counts.archiveObject);
      isAtMost(measured.logBytes(), bytes.archiveLog);
    } finally {
      await measured.close();
    }
  });
});
