import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PermanentError, processor } from "../../../lambdas/core/mod.ts";
import { githubDelivery } from "../deliveries.ts";
import { handTime } from "../hand-time.ts";
import { acmeDelivery, createInlineReceiver } from "./inline-receiver.ts";

const impact = "Orders are not shipped";
const paid = { id: "1", type: "paid" };

describe("a handler that is slower than its provider is patient", () => {
  const time = handTime();

  it("is answered 503 in time, goes on, and is found done by the next delivery", async () => {
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let runs = 0;
    const { deliver, lines, line } = createInlineReceiver({
      handlers: {
        paid: async () => {
          runs += 1;
          begun.resolve();
          await held.promise;
        },
      },
    });
    const answer = deliver(acmeDelivery(paid));
    await begun.promise;
    const first = await time.until(answer);
    assert.equal(time.passed(), 19_500, "Acme waits for 20 s");
    assert.deepEqual([first.status, first.retryAfter], [503, "30"]);
    assert.ok(lines.some((line) => line.startsWith("not over in time")));
    assert.equal((await deliver(acmeDelivery(paid))).status, 503);
    held.resolve();
    await line("done");
    const third = await deliver(acmeDelivery(paid));
    assert.deepEqual(third.body, { received: true, outcome: "duplicate", id: "1" });
    assert.equal(runs, 1);
  });

  it("has its failure recorded", async () => {
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const handler = () => {
      begun.resolve();
      return held.promise;
    };
    const { deliver, line, store } = createInlineReceiver({ handlers: { paid: handler } });
    const answer = deliver(acmeDelivery(paid));
    await begun.promise;
    assert.equal((await time.until(answer)).status, 503);
    held.reject(new PermanentError("never"));
    await line("dead");
    assert.deepEqual(
      [...store.records.values()].map(({ state }) => state),
      ["dead"],
    );
  });

  it("leaves the events that have not begun to the next delivery", async () => {
    const held = Promise.withResolvers<void>();
    const tenth = Promise.withResolvers<void>();
    const begun: string[] = [];
    const { deliver, lines, line } = createInlineReceiver({
      handlers: {
        paid: async ({ event }) => {
          begun.push(event.id);
          if (begun.length === 10) tenth.resolve();
          await held.promise;
        },
      },
    });
    const delivery = acmeDelivery(...Array.from({ length: 12 }, (_, index) => ({ id: `${index}`, type: "paid" })));
    const answer = deliver(delivery);
    await tenth.promise;
    assert.equal((await time.until(answer)).status, 503);
    assert.equal(begun.length, 10);
    const told = lines.filter((line) => line.startsWith("no time left"));
    assert.deepEqual(told, ['no time left {"step":"process","source":"acme","events":10}']);
    held.resolve();
    await line("done");
    assert.equal((await deliver(delivery)).status, 200);
    assert.equal(begun.length, 12);
  });

  it("is answered in time although its store hangs", async () => {
    let runs = 0;
    const called = Promise.withResolvers<void>();
    const hangs = () => {
      called.resolve();
      return new Promise<never>(() => {});
    };
    const { deliver } = createInlineReceiver({
      handlers: { paid: () => void runs++ },
      processing: { claim: hangs, read: hangs, end: hangs },
    });
    const answer = deliver(acmeDelivery(paid));
    await called.promise;
    assert.equal((await time.until(answer)).status, 503);
    assert.equal(runs, 0);
  });
});

describe("a run that outlives its lease", () => {
  it("is fenced: the next delivery runs, and the first cannot end that run", async () => {
    const held = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { deliver, store, clock, lines } = createInlineReceiver({
      handlers: {
        push: async ({ attempt }) => {
          begun[attempt - 1]?.resolve();
          await held[attempt - 1]?.promise;
        },
      },
    });
    const first = deliver(githubDelivery());
    await begun[0]?.promise;
    clock.advance(35_000);
    assert.equal((await deliver(githubDelivery())).retryAfter, "1", "the lease ends with this millisecond");
    clock.advance(1);
    const second = deliver(githubDelivery());
    await begun[1]?.promise;
    const [taken] = store.records.values();
    held[0]?.resolve();
    assert.equal((await first).status, 200);
    assert.deepEqual([...store.records.values()], [taken], "the record is the second run's");
    held[1]?.reject(new Error("no"));
    assert.equal((await second).status, 500);
    assert.equal([...store.records.values()][0]?.state, "failed");
    assert.ok(lines.some((line) => line.startsWith("cut")));
  });

  it("has its lease by the time of its processor", async () => {
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const push = processor({ impact, timeoutSeconds: 90 }, () => {
      begun.resolve();
      return held.promise;
    });
    const { deliver } = createInlineReceiver({ handlers: { push } });
    const first = deliver(githubDelivery());
    await begun.promise;
    assert.equal((await deliver(githubDelivery())).retryAfter, "95");
    held.resolve();
    await first;
  });
});

describe("a run that overruns its own time", () => {
  const time = handTime();

  it("is told by its signal, and recorded when it ends after all", async () => {
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let aborted = false;
    const push = processor({ impact, timeoutSeconds: 1 }, async ({ signal }) => {
      begun.resolve();
      await held.promise;
      aborted = signal.aborted;
    });
    const { deliver, line } = createInlineReceiver({ handlers: { push } });
    const first = deliver(githubDelivery());
    await begun.promise;
    await time.until(line("overran"));
    assert.equal(time.passed(), 1000);
    assert.equal((await deliver(githubDelivery())).status, 503);
    held.resolve();
    assert.equal((await first).status, 200);
    assert.equal(aborted, true);
    assert.equal(((await deliver(githubDelivery())).body as { readonly outcome: string }).outcome, "duplicate");
  });
});

describe("the record of an event", () => {
  it("lives for as long as its provider may send it again, by the provider's identity", async () => {
    const { deliver, store, clock } = createInlineReceiver({ handlers: { push: () => {} } });
    await deliver(githubDelivery());
    const [record] = store.records.values();
    assert.equal((record?.expires.getTime() ?? 0) - clock.now().getTime(), 7 * 86_400_000);
  });
});
