import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Log } from "../../../lambdas/core/log.ts";
import { createTestReceiver, githubDelivery, type Way, ways } from "../deliveries.ts";
import { handTime } from "../hand-time.ts";

for (const way of ways) describe(`the archive's queue by ${way.name}`, () => archives(way));

function archives(way: Way): void {
  const time = handTime();
  const deliver: Way["deliver"] = (delivery, options) => time.until(way.deliver(delivery, options));
  const archiving = () => {
    const made = createTestReceiver();
    const { queue } = made;
    const sentTo = (name: string) => queue.sent.filter((copy) => copy.queue === name).map(({ event }) => event);
    return { ...made, sentTo, options: { ...made.options, queue: { ...queue, archive: "archive" } } };
  };
  const outcomeOf = ({ body }: { readonly body: string }) => JSON.parse(body).outcome;

  it("gets every accepted event, beside the queues that want it, with their names", async () => {
    const { options, queue, sentTo } = archiving();
    assert.equal(outcomeOf(await deliver(githubDelivery(), options)), "accepted");
    assert.deepEqual(queue.sent.map((copy) => copy.queue).sort(), ["archive", "audit", "push"]);
    assert.deepEqual(
      queue.sent.map(({ event }) => event.queues),
      Array(3).fill(["push", "audit"]),
    );
    assert.equal(new Set(queue.sent.map(({ event }) => event)).size, 1, "one event, so that its envelope is made once");
    assert.equal(new TextDecoder().decode(sentTo("archive")[0]?.body), '{"ref":"refs/heads/main"}');
  });

  it("gets no second copy of a duplicate", async () => {
    const { options, sentTo } = archiving();
    await deliver(githubDelivery(), options);
    assert.equal(outcomeOf(await deliver(githubDelivery(), options)), "duplicate");
    assert.equal(sentTo("archive").length, 1);
  });

  it("gets an event that nobody wants, without a claim, and the event stays ignored", async () => {
    const { options, dedupe, queue } = archiving();
    assert.equal(outcomeOf(await deliver(githubDelivery({ type: "star" }), options)), "ignored");
    assert.deepEqual(dedupe.operations, []);
    assert.deepEqual(
      queue.sent.map(({ queue: name, event }) => [name, event.type, event.queues]),
      [["archive", "star", []]],
    );
  });

  it("gets a test event of a live-only source as one that nobody wants", async () => {
    const { options, sentTo } = archiving();
    const { provider, ...source } = options.sources.github;
    const events = () => [{ id: "1", type: "push", livemode: false }];
    const sources = { github: { ...source, provider: { ...provider, events }, liveOnly: true } };
    assert.equal(outcomeOf(await deliver(githubDelivery(), { ...options, sources })), "ignored");
    assert.deepEqual(
      sentTo("archive").map(({ queues }) => queues),
      [[]],
    );
  });

  for (const type of ["push", "star"]) {
    it(`has ${type} answered 503 while it takes nothing, and unmarked, so that the next delivery is sent`, async () => {
      const { options, queue, sentTo } = archiving();
      queue.fail("send:archive");
      assert.equal((await deliver(githubDelivery({ type }), options)).status, 503);
      queue.heal();
      assert.equal((await deliver(githubDelivery({ type }), options)).status, 200);
      assert.equal(sentTo("archive").length, 1);
    });
  }

  it("is none where the queues have none, and events then name no queues", async () => {
    const { options, queue } = createTestReceiver();
    await deliver(githubDelivery(), options);
    assert.equal(outcomeOf(await deliver(githubDelivery({ type: "star" }), options)), "ignored");
    assert.deepEqual(
      queue.sent.map(({ event }) => "queues" in event),
      [false, false],
    );
  });

  it("has no line of the log for each copy but as a detail", async () => {
    const levels: string[] = [];
    const log: Log = (entry) => entry.kind === "enqueued" && levels.push(`${entry.queue} ${entry.level}`);
    await deliver(githubDelivery(), { ...archiving().options, log });
    assert.deepEqual(levels.sort(), ["archive debug", "audit debug", "push debug"]);
  });
}
