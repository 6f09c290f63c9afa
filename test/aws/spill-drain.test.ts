import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context } from "aws-lambda";
import { createLines as createFunctionLines } from "../../lambdas/aws/log/lines.ts";
import { createDrainMetrics } from "../../lambdas/aws/log/metrics.ts";
import type { Spill, SpilledEvent } from "../../lambdas/aws/s3/spill.ts";
import type { EventQueue, SendResult, WebhookEvent } from "../../lambdas/core/mod.ts";
import { spillDrainLambda } from "../../lambdas/spill-drain.ts";
import { event } from "../core/copies.ts";
import { createLines } from "../core/lines.ts";

const context = (milliseconds = 240_000) => ({ getRemainingTimeInMillis: () => milliseconds }) as Context;

/** A spill in a map, by reference `<queue>/<id>`; two pages of it, which take all the time there is where it is slow. */
function createSpilled(references: readonly string[], slow = false) {
  const waiting = new Set(references);
  const broken = { read: new Set<string>(), remove: new Set<string>() };
  const spill: Spill = {
    put: async () => {},
    async *list(signal) {
      if (slow) await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      const all = [...waiting].map((reference): SpilledEvent => ({ reference, queue: reference.split("/")[0] ?? "" }));
      const half = Math.ceil(all.length / 2);
      yield all.slice(0, half);
      yield all.slice(half);
    },
    async read({ reference }) {
      if (broken.read.has(reference)) throw new Error("not to be read");
      return { ...event, id: reference, key: reference };
    },
    async remove({ reference }) {
      if (broken.remove.has(reference)) throw new Error("not to be removed");
      waiting.delete(reference);
    },
  };
  const sent: string[] = [];
  const sends: string[] = [];
  const unwell = new Set<string>();
  const queues: Pick<EventQueue, "send"> = {
    async send(queue: string, events: readonly WebhookEvent[]): Promise<readonly SendResult[]> {
      sends.push(queue);
      if (unwell.has(queue)) return events.map(() => ({ sent: false, cause: new Error("SQS is down") }));
      sent.push(...events.map(({ id }) => id));
      return events.map(() => ({ sent: true }));
    },
  };
  const { lines, log } = createLines();
  return { waiting, broken, sent, sends, unwell, lines, drain: spillDrainLambda({ spill, queues, log }) };
}

const many = (queue: string, count: number) => Array.from({ length: count }, (_, index) => `${queue}/${index}`);

describe("a drain", () => {
  it("brings every event to its queue, ten a send, and out of the spill", async () => {
    const receiver = createSpilled([...many("a", 30), ...many("b", 30)]);
    assert.deepEqual(await receiver.drain({}, context()), { drained: 60, left: 0 });
    assert.deepEqual(receiver.sent.toSorted(), [...many("a", 30), ...many("b", 30)].toSorted());
    assert.equal(receiver.waiting.size, 0);
    assert.equal(receiver.sends.length, 6);
    assert.match(
      receiver.lines[0] ?? "",
      /^drained \{"step":"drain","queue":"a","source":"acme","id":"a\/\d","type":"order.created"\}$/,
    );
    assert.deepEqual(await receiver.drain({}, context()), { drained: 0, left: 0 });
  });

  it("skips a queue that does not take a batch, and continues with the others", async () => {
    const receiver = createSpilled([...many("a", 50), ...many("b", 50)]);
    receiver.unwell.add("a");
    assert.deepEqual(await receiver.drain({}, context()), { drained: 50, left: 50 });
    assert.equal(receiver.sends.filter((queue) => queue === "a").length, 1);
    assert.deepEqual([...receiver.waiting], many("a", 50));
    assert.equal(receiver.lines.filter((line) => /^left .*"queue":"a".*SQS is down/.test(line)).length, 10);
    receiver.unwell.clear();
    assert.deepEqual(await receiver.drain({}, context()), { drained: 50, left: 0 });
  });

  it("drains readable events although an unreadable one stands before them", async () => {
    const receiver = createSpilled(many("a", 40));
    receiver.broken.read.add("a/3");
    assert.deepEqual(await receiver.drain({}, context()), { drained: 39, left: 1 });
    assert.deepEqual([...receiver.waiting], ["a/3"]);
    assert.ok(receiver.lines.some((line) => /^left .*"reference":"a\/3".*not to be read/.test(line)));
  });

  it("sends an event again whose removal failed", async () => {
    const receiver = createSpilled(many("a", 2));
    receiver.broken.remove.add("a/1");
    assert.deepEqual(await receiver.drain({}, context()), { drained: 1, left: 1 });
    receiver.broken.remove.clear();
    assert.deepEqual(await receiver.drain({}, context()), { drained: 1, left: 0 });
    assert.deepEqual(receiver.sent.toSorted(), ["a/0", "a/1", "a/1"]);
  });

  it("starts nothing when its time is up, and says how many events are left", async () => {
    const receiver = createSpilled(many("a", 12), true);
    const result = await receiver.drain({}, context(10_000));
    assert.deepEqual(result, { drained: 0, left: 12 });
    assert.deepEqual(receiver.sends, []);
  });

  it("reports the events left as a figure of the stage, and no figure where none is left", async () => {
    const lines: string[] = [];
    const { measured } = createDrainMetrics(
      "dev",
      createFunctionLines((line) => lines.push(line)),
    );
    const receiver = createSpilled(many("a", 3));
    receiver.unwell.add("a");
    const lambda = measured(receiver.drain);
    assert.deepEqual(await lambda({}, context()), { drained: 0, left: 3 });
    receiver.unwell.clear();
    await lambda({}, context());
    assert.equal(lines.length, 1);
    const { _aws, ...values } = JSON.parse(lines[0] ?? "");
    assert.deepEqual(values, { Stage: "dev", SpillLeft: 3 });
    assert.deepEqual(_aws.CloudWatchMetrics[0].Metrics, [{ Name: "SpillLeft", Unit: "Count" }]);
  });
});
