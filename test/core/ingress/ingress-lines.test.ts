import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { claim, mark } from "../../../lambdas/core/ingress/dedupe.ts";
import { enqueue, outcomeOf } from "../../../lambdas/core/ingress/enqueue.ts";
import type { EventQueue, WebhookEvent } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { createLines } from "../lines.ts";
import { createClock, createMemoryDedupe, createMemoryQueue } from "../memory.ts";

const push: WebhookEvent = {
  ...{ id: "one", type: "push", source: "github", key: "one", bodyCovered: true },
  ...{ received: new Date("2026-03-04T05:06:07.000Z"), body: new Uint8Array() },
};
const issue: WebhookEvent = { ...push, id: "two", type: "issues", key: "two" };
const star: WebhookEvent = { ...push, id: "three", type: "star", key: "three" };
const of = (step: string, { source, id, type }: WebhookEvent) =>
  `"step":"${step}","source":"${source}","id":"${id}","type":"${type}"`;

function createIngress() {
  const clock = createClock();
  const dedupe = createMemoryDedupe();
  const queue = createMemoryQueue([
    { source: "github", types: ["push"], queue: "pushes" },
    { source: "github", types: ["push", "issues"], queue: "audit" },
  ]);
  const { lines, log } = createLines();
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const options = { dedupe, queue, provider: github, now: clock.now, log, wait };
  return { clock, dedupe, queue, lines, log, waits, options };
}

describe("the lines of a log about a claim", () => {
  it("name a new event, a known event and an unwanted event", async () => {
    const { lines, options } = createIngress();
    const claims = await claim([push, issue, push, star], options);
    assert.deepEqual(
      claims.map(({ decision }) => decision),
      ["send", "send", "duplicate", "ignored"],
    );
    const expected = [`duplicate {${of("dedupe", push)}}`, `ignored {${of("dedupe", star)},"reason":"no-processor"}`];
    const news = [push, issue].map((event) => `new {${of("dedupe", event)}}`);
    assert.deepEqual([...lines].sort(), [...expected, ...news].sort());
  });

  it("say that another body came under the same id within one delivery", async () => {
    const { lines, options } = createIngress();
    await claim([push, push, { ...push, body: new Uint8Array([1]) }], options);
    const changed = 'body changed {"step":"dedupe","source":"github","id":"one"}';
    assert.deepEqual(
      lines.filter((line) => line.startsWith("body changed")),
      [changed],
    );
  });

  it("say that another body came under the same id, and that the first was not marked", async () => {
    const { lines, options, dedupe } = createIngress();
    await claim([push], options);
    lines.length = 0;
    const fields = '"step":"dedupe","source":"github","id":"one"';
    await claim([{ ...push, body: new Uint8Array([1]) }], options);
    assert.deepEqual(lines, [`body changed {${fields}}`, `forwarded {${fields}}`, `new {${of("dedupe", push)}}`]);
    lines.length = 0;
    await claim([push], options);
    assert.deepEqual(lines.slice(0, 1), [`forwarded {${fields}}`]);
    // A record that a mark made knows no body.
    const [[key, record] = []] = dedupe.records;
    assert.ok(key !== undefined && record !== undefined);
    dedupe.records.set(key, { ...record, bodyHash: "" });
    lines.length = 0;
    await claim([push], options);
    assert.deepEqual(lines.slice(0, 1), [`forwarded {${fields}}`]);
  });

  it("name the call that the table did not answer", async () => {
    const { lines, options, dedupe, log } = createIngress();
    const [claimed] = await claim([push], options);
    assert.ok(claimed !== undefined);
    lines.length = 0;
    dedupe.fail("read");
    await claim([push], options);
    dedupe.fail("claim");
    await claim([push], options);
    dedupe.fail("mark");
    await mark([claimed], { dedupe, log });
    const fields = '"step":"dedupe","source":"github","id":"one"';
    const [read, forwarded, fresh, unavailable, again, failed] = lines;
    assert.equal(read, 'dedupe unavailable {"step":"dedupe","error":"Error: read failed before its effect"}');
    assert.equal(forwarded, `forwarded {${fields}}`);
    assert.equal(unavailable, `dedupe unavailable {${fields},"error":"Error: claim failed before its effect"}`);
    assert.deepEqual([fresh, again], Array(2).fill(`new {${of("dedupe", push)}}`));
    assert.equal(failed, `mark failed {${fields},"error":"Error: mark failed before its effect"}`);
    assert.equal(lines.length, 6);
  });
});

describe("the wait for a holder", () => {
  it("is spared where the record is enqueued, and where the holder is older than 3 s", async () => {
    const { waits, options, clock, dedupe, log } = createIngress();
    const [claimed] = await claim([push], options);
    clock.advance(3000);
    await claim([push], options);
    assert.deepEqual(waits, [40, 80, 160, 320]);
    clock.advance(1);
    await claim([push], options);
    assert.equal(waits.length, 4);
    clock.advance(-3001);
    await mark(claimed === undefined ? [] : [claimed], { dedupe, log });
    const [again] = await claim([push], options);
    assert.deepEqual([again?.decision, waits.length], ["duplicate", 4]);
  });
});

describe("the lines of a log about a send", () => {
  it("say which queue took which event", async () => {
    const { lines, options, queue, log } = createIngress();
    const claims = await claim([push, issue], options);
    lines.length = 0;
    const enqueued = await enqueue(claims, { queue, log });
    assert.deepEqual(enqueued, claims);
    const took = (event: WebhookEvent, name: string) => `enqueued {${of("enqueue", event)},"queue":"${name}"}`;
    assert.deepEqual([...lines].sort(), [took(push, "pushes"), took(push, "audit"), took(issue, "audit")].sort());
    assert.deepEqual(queue.operations.sort(), ["send:audit one,two", "send:pushes one"]);
  });

  it("say which queue did not take an event, and why, with the cause of the outcome", async () => {
    const { lines, options, queue, log } = createIngress();
    const claims = await claim([push], options);
    lines.length = 0;
    queue.fail("send:pushes");
    const enqueued = await enqueue(claims, { queue, log });
    const error = "Error: send:pushes failed before its effect";
    const failed = lines.filter((line) => line.startsWith("not enqueued"));
    assert.deepEqual(failed, [`not enqueued {${of("enqueue", push)},"queue":"pushes","error":"${error}"}`]);
    const outcome = outcomeOf(enqueued);
    assert.ok(outcome.kind === "unavailable" && outcome.cause instanceof Error);
    assert.equal(`${outcome.cause}`, error);
  });
});

describe("a queue that gives no result for an event", () => {
  it("has not acknowledged it", async () => {
    const { options, log, lines } = createIngress();
    const claims = await claim([push], options);
    const silent: EventQueue = { wants: () => ["pushes"], send: async () => [] };
    const enqueued = await enqueue(claims, { queue: silent, log });
    assert.equal(outcomeOf(enqueued).kind, "unavailable");
    assert.ok(lines.some((line) => line.includes("The queue gave no result for the event")));
  });
});
