import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Attempt,
  type Handlers,
  PermanentError,
  processor,
  type StandardSchema,
} from "../../../lambdas/core/mod.ts";
import { githubDelivery } from "../deliveries.ts";
import { type Answered, acmeDelivery, createInlineReceiver } from "./inline-receiver.ts";

const accepted = { received: true, outcome: "accepted", id: "delivery-1" };
const duplicate = { ...accepted, outcome: "duplicate" };
const impact = "Orders are not shipped";

/** A handler that keeps what it was given. */
function counting(run: (attempt: Attempt<unknown>) => unknown = () => {}) {
  const attempts: Attempt<unknown>[] = [];
  return {
    attempts,
    ids: () => attempts.map(({ event }) => event.id),
    handler: async (attempt: Attempt<unknown>) => {
      attempts.push(attempt);
      await run(attempt);
    },
  };
}

const outcomeOf = ({ body }: Answered) => (body as { readonly outcome?: string }).outcome;
const errorOf = ({ body }: Answered) => (body as { readonly error?: string }).error;

describe("an inline handler", () => {
  it("runs once for an event, which is then done", async () => {
    const { attempts, handler } = counting();
    const { deliver, store, lines } = createInlineReceiver({ handlers: { push: handler } });
    assert.deepEqual(await deliver(githubDelivery()), { status: 200, retryAfter: null, body: accepted });
    assert.deepEqual(await deliver(githubDelivery()), { status: 200, retryAfter: null, body: duplicate });
    assert.equal(attempts.length, 1);
    const [[key, record] = []] = [...store.records];
    assert.match(key ?? "", /^github\/push#github#v1#id=delivery-1#/);
    assert.equal(record?.state, "done");
    assert.deepEqual(lines.filter((line) => /^(done|duplicate)/.test(line)).length, 2);
  });

  it("is given the event, its payload, a key for all attempts, their number, a signal and a log", async () => {
    const { attempts, handler } = counting(({ attempt, log }) => {
      log.info("pushing", { ref: "main" });
      if (attempt === 1) throw new Error("no");
    });
    const { deliver, lines } = createInlineReceiver({ handlers: { push: handler } });
    await deliver(githubDelivery());
    await deliver(githubDelivery());
    const [first, second] = attempts;
    assert.deepEqual([first?.attempt, second?.attempt], [1, 2]);
    assert.equal(first?.event.type, "push");
    assert.deepEqual(first?.payload, { ref: "refs/heads/main" });
    assert.match(first?.idempotencyKey ?? "", /^[\w-]{43}$/);
    assert.equal(second?.idempotencyKey, first?.idempotencyKey);
    assert.equal(first?.signal.aborted, false);
    const of = '"step":"run","processor":"github/push","source":"github","id":"delivery-1"';
    assert.ok(lines.includes(`pushing {${of},"data":{"ref":"main"}}`));
  });

  it("runs once for two deliveries at once, and tells the second when to retry", async () => {
    const [started, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { attempts, handler } = counting(async () => {
      started.resolve();
      await held.promise;
    });
    const { deliver, clock } = createInlineReceiver({ handlers: { push: handler } });
    const first = deliver(githubDelivery());
    await started.promise;
    clock.advance(3000);
    const second = await deliver(githubDelivery());
    assert.equal(second.status, 503);
    assert.equal(second.retryAfter, "32", "what is left of 30 s and the margin of the lease");
    assert.equal(errorOf(second), "processing");
    held.resolve();
    assert.deepEqual((await first).body, accepted);
    assert.deepEqual((await deliver(githubDelivery())).body, duplicate);
    assert.equal(attempts.length, 1);
  });

  it("that throws is answered 500 with nothing of what it threw, and runs again", async () => {
    const { attempts, handler } = counting(({ attempt }) => {
      if (attempt === 1) throw new Error("the shop is closed");
    });
    const { deliver, store, lines } = createInlineReceiver({ handlers: { push: handler } });
    const failed = await deliver(githubDelivery());
    const message = "Cannot process event: its handler failed";
    assert.deepEqual(failed, { status: 500, retryAfter: "30", body: { error: "handler", message } });
    const [record] = store.records.values();
    assert.equal(record?.state, "failed");
    assert.match(record?.reason ?? "", /^Error: the shop is closed\nat .+inline\.test\.ts/);
    assert.ok(lines.some((line) => line.startsWith("failed") && line.includes("the shop is closed")));
    assert.deepEqual((await deliver(githubDelivery())).body, accepted);
    assert.equal(attempts.length, 2);
  });

  it("that gives up is answered 200, recorded dead with its reason, and runs again when it is resent", async () => {
    const { attempts, handler } = counting(({ attempt }) => {
      if (attempt === 1) throw new PermanentError("no such order");
    });
    const { deliver, store, lines } = createInlineReceiver({ handlers: { push: handler } });
    const dead = await deliver(githubDelivery());
    assert.deepEqual([dead.status, outcomeOf(dead)], [200, "dead"]);
    const [record] = store.records.values();
    assert.equal(record?.state, "dead");
    assert.match(record?.reason ?? "", /^PermanentError: no such order\nat /);
    assert.ok(lines.some((line) => line.startsWith("dead")));
    assert.deepEqual((await deliver(githubDelivery())).body, accepted);
    assert.equal(attempts.length, 2);
  });

  it("may be a processor: its schema makes the payload, and what fails it is dead without a run", async () => {
    const schema: StandardSchema<{ readonly branch: string }> = {
      "~standard": {
        ...{ version: 1, vendor: "test" },
        validate: async (value) => {
          const { ref } = value as { readonly ref?: string };
          return ref === undefined ? { issues: [{ message: "ref is missing" }] } : { value: { branch: ref.slice(11) } };
        },
      },
    };
    const branches: string[] = [];
    const push = processor({ impact, schema }, async ({ payload }) => void branches.push(payload.branch));
    const { deliver, store } = createInlineReceiver({ handlers: { push } });
    assert.equal(outcomeOf(await deliver(githubDelivery())), "accepted");
    assert.equal(outcomeOf(await deliver(githubDelivery({ id: "delivery-2", body: "{}" }))), "dead");
    assert.deepEqual(branches, ["main"]);
    assert.match([...store.records.values()].at(-1)?.reason ?? "", /ref is missing/);
  });

  it("does not run for a refused delivery, and touches no store", async () => {
    const { attempts, handler } = counting();
    const { deliver, store } = createInlineReceiver({ handlers: { push: handler } });
    assert.equal((await deliver(githubDelivery({ secret: "another" }))).status, 401);
    assert.equal((await deliver(githubDelivery({ path: "/elsewhere" }))).status, 404);
    assert.equal(attempts.length, 0);
    assert.deepEqual(store.operations, []);
  });
});

describe("a store that fails", () => {
  it("stops a run that it cannot claim: 503, and the next delivery runs", async () => {
    for (const moment of ["before", "after"] as const) {
      const { attempts, handler } = counting();
      const { deliver, store, clock } = createInlineReceiver({ handlers: { push: handler } });
      store.fail("claim", moment, 1);
      const failed = await deliver(githubDelivery());
      assert.deepEqual([failed.status, errorOf(failed), attempts.length], [503, "internal", 0]);
      clock.advance(35_001);
      assert.deepEqual((await deliver(githubDelivery())).body, accepted);
      assert.equal(attempts.length, 1);
    }
  });

  it("changes nothing of the answer to a run that has ended, after three tries to record it", async () => {
    const { deliver, store, lines } = createInlineReceiver({ handlers: { push: () => {} } });
    store.fail("end");
    assert.deepEqual((await deliver(githubDelivery())).body, accepted);
    assert.equal(store.operations.filter((operation) => operation.startsWith("end")).length, 3);
    assert.ok(lines.some((line) => line.startsWith("done not recorded")));
  });
});

describe("which handlers run", () => {
  const ran = async (keys: readonly string[], delivery = githubDelivery(), unhandled = false) => {
    const names: string[] = [];
    const handlers: Handlers = Object.fromEntries(keys.map((key) => [key, () => void names.push(key)]));
    const onUnhandledEvent = () => void names.push("onUnhandledEvent");
    const { deliver, store } = createInlineReceiver({ handlers, ...(unhandled ? { onUnhandledEvent } : {}) });
    const answered = await deliver(delivery);
    assert.equal(store.records.size, names.length);
    return { names: names.sort(), answered };
  };

  it("are those of the type, by its name, for its source alone or by a pattern", async () => {
    const keys = ["push", "acme/push", "p*", "pu", "issues", "github/pu*", "Push", "constructor"];
    assert.deepEqual((await ran(keys)).names, ["github/pu*", "p*", "push"]);
  });

  it("are of two that differ by the source the one that names it", async () => {
    assert.deepEqual((await ran(["github/push", "push"])).names, ["github/push"]);
    assert.deepEqual((await ran(["acme/push", "push"])).names, ["push"]);
  });

  it("are those of a type with a slash, where no source is called so", async () => {
    const delivery = acmeDelivery({ id: "1", type: "orders/create" });
    assert.deepEqual((await ran(["orders/create", "orders/*", "github/create", "create"], delivery)).names, [
      ...["orders/*", "orders/create"],
    ]);
  });

  it("are a processor's for its further types, each event once", async () => {
    const { ids, handler } = counting();
    const work = processor({ impact, types: ["issue*"] }, handler);
    const { deliver } = createInlineReceiver({ handlers: { "github/push": work } });
    assert.equal(outcomeOf(await deliver(githubDelivery())), "accepted");
    assert.equal(outcomeOf(await deliver(githubDelivery({ type: "issues", id: "2" }))), "accepted");
    assert.equal(outcomeOf(await deliver(acmeDelivery({ id: "3", type: "issues" }))), "ignored");
    assert.deepEqual(ids(), ["delivery-1", "2"]);
  });

  it("are none for other types (200, ignored, no store touched), or the one for unhandled events", async () => {
    const none = await ran(["issues"]);
    assert.deepEqual([none.answered.status, outcomeOf(none.answered), none.names], [200, "ignored", []]);
    const unhandled = await ran(["issues"], githubDelivery(), true);
    assert.deepEqual([outcomeOf(unhandled.answered), unhandled.names], ["accepted", ["onUnhandledEvent"]]);
    assert.deepEqual((await ran(["push"], githubDelivery(), true)).names, ["push"]);
    const untyped = await ran(["push", "*"], acmeDelivery({ id: "1" }), true);
    assert.deepEqual(untyped.names, ["onUnhandledEvent"]);
  });

  it("have a claim each: only the handlers that are not done run again", async () => {
    const done = counting();
    const second = counting(({ attempt }) => {
      if (attempt === 1) throw new Error("no");
    });
    const { deliver } = createInlineReceiver({ handlers: { push: done.handler, "*": second.handler } });
    assert.equal((await deliver(githubDelivery())).status, 500);
    assert.deepEqual((await deliver(githubDelivery())).body, accepted);
    assert.deepEqual([done.attempts.length, second.attempts.length], [1, 2]);
  });

  it("are none for a test's event where a source takes live ones only", async () => {
    const { ids, handler } = counting();
    const { deliver } = createInlineReceiver({ handlers: { paid: handler } });
    const test = acmeDelivery({ id: "1", type: "paid", live: false }, { id: "2", type: "paid" });
    assert.equal((await deliver({ ...test, url: "https://hooks.example/acme-live" })).status, 200);
    assert.deepEqual(ids(), ["2"]);
  });
});
