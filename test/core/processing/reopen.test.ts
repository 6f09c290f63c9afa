import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PermanentError, processor } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event } from "../copies.ts";
import { createTestReceiver, githubDelivery, ways } from "../deliveries.ts";

const last = 3;
const settings = { impact: "Orders are not shipped", retry: { attempts: last } };
const refusing = processor(settings, () => {
  throw new PermanentError("there is no such order");
});

describe("a failure for good", () => {
  it("re-opens ingress before it is recorded, so that a crash between the two has the copy run again", async () => {
    const { process, store } = createTestProcessing();
    let recorded: boolean | undefined;
    await process(refusing, [copyOf(event)], {
      async reopen() {
        recorded = [...store.records.values()].some(({ state }) => state === "dead");
      },
    });
    assert.equal(recorded, false);
  });
});

describe("a table that hangs", () => {
  it("costs a batch one time-out before its runs, not one for each copy", async () => {
    const { process, store, dedupe } = createTestProcessing();
    const asked: string[] = [];
    const answers = Promise.withResolvers<void>();
    const slow = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
      asked.push(what);
      if (asked.length === 4) answers.resolve();
      await answers.promise;
      return await call();
    };
    const copies = ["1", "2", "3", "4"].map((n) => copyOf({ ...event, id: n, key: n }, n, n === "1" ? 5 : 3));
    await process(
      processor({ ...settings, retry: { attempts: 5 } }, async () => {}),
      copies,
      {
        store: { ...store, read: (name) => slow("read", () => store.read(name)) },
        reopen: (name, until) => slow("reopen", () => dedupe.reopen(name, until)),
      },
    );
    // All of them are under way before one is answered, or this would never end.
    assert.deepEqual(asked.slice(0, 4).sort(), ["read", "read", "read", "reopen"]);
  });
});

describe("the last receive of a copy", () => {
  it("re-opens ingress before any copy of its batch runs: a run may take the process with it", async () => {
    const { process, dedupe } = createTestProcessing();
    const before: string[][] = [];
    const seeing = processor(settings, async () => void before.push([...dedupe.operations]));
    const other = { ...event, key: "evt_2", id: "evt_2" };
    await process(seeing, [copyOf(other, "message-2", 1), copyOf(event, "message-1", last)]);
    assert.deepEqual(before, [["reopen acme#evt_1"], ["reopen acme#evt_1"]]);
  });

  it("re-opens it once, however it ends", async () => {
    for (const run of [
      async () => {},
      () => Promise.reject(new Error("no")),
      () => Promise.reject(new PermanentError("")),
    ]) {
      const { process, dedupe } = createTestProcessing();
      await process(processor(settings, run), [copyOf(event, "message-1", last)]);
      assert.deepEqual(dedupe.operations, ["reopen acme#evt_1"]);
    }
  });

  it("re-opens it after the run where it could not before", async () => {
    const { process, dedupe } = createTestProcessing();
    dedupe.fail("reopen", "before", 3);
    const failing = processor(settings, () => Promise.reject(new Error("no")));
    await process(failing, [copyOf(event, "message-1", last)]);
    assert.equal(dedupe.operations.filter((operation) => operation.startsWith("reopen")).length, 4);
  });

  it("answers duplicate to a resend of an event that was done on it", async () => {
    const { options, dedupe, queue } = createTestReceiver();
    const { process, lines } = createTestProcessing();
    const runs: unknown[] = [];
    const working = processor(settings, async ({ event }) => void runs.push(event.id));
    const [first] = ways;
    const deliver = async () => {
      assert.equal((await first?.deliver(githubDelivery(), options))?.status, 200);
      return queue.sent.splice(0).slice(0, 1);
    };
    for (const { event } of await deliver()) {
      await process(working, [copyOf(event, "message-1", last)], { reopen: dedupe.reopen });
    }
    for (const { event } of await deliver()) {
      assert.deepEqual(await process(working, [copyOf(event, "message-2")], { reopen: dedupe.reopen }), []);
    }
    assert.equal(runs.length, 1);
    assert.match(lines.at(-1) ?? "", /^duplicate /);
  });

  for (const { name, deliver } of ways) {
    it(`is not closed again by the mark of a delivery whose claim failed, by ${name}`, async () => {
      const { options, dedupe, queue } = createTestReceiver();
      const { process } = createTestProcessing();
      dedupe.fail("claim", "before", 1);
      const racing = {
        ...dedupe,
        async mark(...given: Parameters<typeof dedupe.mark>) {
          // The processor was faster than the mark.
          for (const { event } of queue.sent) {
            await process(refusing, [copyOf(event, "message-1", last)], { reopen: dedupe.reopen });
          }
          await dedupe.mark(...given);
        },
      };
      assert.equal((await deliver(githubDelivery(), { ...options, dedupe: racing })).status, 200);
      const sent = queue.sent.length;
      assert.equal(JSON.parse((await deliver(githubDelivery(), options)).body).outcome, "accepted");
      assert.equal(queue.sent.length, 2 * sent);
    });
  }
});
