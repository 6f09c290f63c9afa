import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { claimAll, enqueueAll, markAll } from "../../../lambdas/core/ingress/accept.ts";
import type { EventQueue } from "../../../lambdas/core/ingress/event-queue.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { createLines } from "../lines.ts";
import { createMemoryDedupe } from "../memory.ts";

const received = new Date("2026-03-04T05:06:07.000Z");
const length = 2500;

/** Made one at a time: `made()` says how many until now. */
function createEvents() {
  let made = 0;
  function* events() {
    for (; made < length; made += 1) {
      const body = new Uint8Array();
      yield { id: `${made}`, type: "push", source: "github", key: `${made}`, bodyCovered: true, received, body };
    }
  }
  return { events: events(), made: () => made };
}

function createIngress(send: EventQueue["send"], deadline?: Deadline) {
  const dedupe = createMemoryDedupe();
  const { lines, log } = createLines();
  const queue: EventQueue = { wants: () => ["all"], send };
  const options = { dedupe, queue, provider: github, now: () => received, log, ...(deadline && { deadline }) };
  const { events, made } = createEvents();
  const accept = () => markAll(enqueueAll(claimAll(events, options), options), options);
  const marked = () => [...dedupe.records.values()].filter(({ state }) => state === "enqueued").length;
  return { accept, made, marked, lines, records: dedupe.records };
}

const sent: EventQueue["send"] = async (_, events) => events.map(() => ({ sent: true }));

describe("a delivery of many events", () => {
  it("is claimed, sent and marked in slices: no event is created before the slice before it is marked", async () => {
    const seen: (readonly number[])[] = [];
    const ingress = createIngress(async (name, events) => {
      seen.push([ingress.made(), ingress.marked()]);
      return await sent(name, events);
    });
    const outcome = await ingress.accept();
    assert.deepEqual([outcome.kind, "events" in outcome && outcome.events.length], ["accepted", length]);
    assert.deepEqual(
      seen.map(([made = 0, marked = 0]) => [Math.ceil(made / 1000), marked]),
      [
        [1, 0],
        [2, 1000],
        [3, 2000],
      ],
    );
    assert.equal(ingress.marked(), length);
  });

  it("is unavailable where its time ends before the last slice, and the slices before keep their marks", async () => {
    const { now } = performance;
    const later = performance.now() + 3_600_000;
    const ingress = createIngress(
      async (name, events) => {
        queueMicrotask(() => {
          performance.now = () => later;
        });
        return await sent(name, events);
      },
      { verify: later, send: later - 1, end: later + 3_600_000 },
    );
    const outcome = await ingress.accept().finally(() => {
      performance.now = now;
    });
    assert.deepEqual([outcome.kind, "reason" in outcome && outcome.reason], ["unavailable", "time-up"]);
    assert.deepEqual([ingress.records.size, ingress.marked()], [1000, 1000]);
    const told = ingress.lines.filter((line) => line.startsWith("no time left"));
    assert.deepEqual(told, ['no time left {"step":"enqueue","source":"github","events":1000}']);
  });

  it("is unavailable where a queue takes one slice and not another, and all others are through", async () => {
    let calls = 0;
    const ingress = createIngress(async (name, events) => {
      calls += 1;
      if (calls === 2) throw new Error("down");
      return await sent(name, events);
    });
    const outcome = await ingress.accept();
    assert.deepEqual([outcome.kind, "reason" in outcome && outcome.reason], ["unavailable", "queue"]);
    assert.deepEqual([ingress.records.size, ingress.marked()], [length, length - 1000]);
  });
});
