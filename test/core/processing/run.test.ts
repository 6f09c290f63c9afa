import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Attempt, processor, type StandardSchema } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event, key } from "../copies.ts";
import { handTime } from "../hand-time.ts";
import { lineOf } from "../lines.ts";

const impact = "Orders are not shipped";

describe("a run that succeeds", () => {
  it("is acknowledged although `done` cannot be written, after three tries", async () => {
    const { process, store, lines } = createTestProcessing();
    store.fail("end");
    assert.deepEqual(
      await process(
        processor({ impact }, async () => {}),
        [copyOf(event)],
      ),
      [],
    );
    assert.equal(store.operations.filter((operation) => operation.startsWith("end")).length, 3);
    assert.ok(lines.some((line) => line.startsWith("done not recorded")));
  });

  it("is acknowledged although its record is no longer its own", async () => {
    const { process, store, clock } = createTestProcessing();
    const work = processor({ impact }, async () => {
      clock.advance(65_001);
      const [now, expires] = [clock.now(), new Date(clock.now().getTime() + 86_400_000)];
      const leaseUntil = new Date(now.getTime() + 1000);
      await store.claim(key, { owner: "another", messageId: "message-2", received: now, now, leaseUntil, expires });
    });
    assert.deepEqual(await process(work, [copyOf(event)]), []);
    assert.equal(store.records.get(key)?.owner, "another");
    assert.equal(store.records.get(key)?.state, "processing");
  });

  it("keeps its record for longer than any copy can live", async () => {
    const { process, store, clock } = createTestProcessing();
    await process(
      processor({ impact }, async () => {}),
      [copyOf(event)],
    );
    const days = ((store.records.get(key)?.expires.getTime() ?? 0) - clock.now().getTime()) / 86_400_000;
    assert.ok(days > 7 + 14 + 7 + 14);
  });
});

describe("the attempt that a run receives", () => {
  it("is one idempotency key over all attempts, another for another processor or event", async () => {
    const { process } = createTestProcessing();
    const keys: string[] = [];
    const work = processor({ impact }, async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      throw new Error("no");
    });
    await process(work, [copyOf(event, "message-1", 1)]);
    await process(work, [copyOf(event, "message-9", 2)]);
    await process(work, [copyOf(event)], { name: "acme/audit" });
    await process(work, [copyOf({ ...event, key: "evt_2" })]);
    assert.equal(keys.length, 4);
    assert.equal(keys[0], keys[1]);
    assert.equal(new Set(keys).size, 3);
  });

  it("is a payload checked and changed by its schema, which may take its time", async () => {
    const { process } = createTestProcessing();
    const schema: StandardSchema<{ readonly cents: number }> = {
      "~standard": {
        ...{ version: 1, vendor: "test" },
        validate: async (value) => ({ value: { cents: (value as { amount: number }).amount * 100 } }),
      },
    };
    const seen: number[] = [];
    await process(
      processor({ impact, schema }, async ({ payload }) => void seen.push(payload.cents)),
      [copyOf(event)],
    );
    assert.deepEqual(seen, [500]);
  });

  it("is nothing at all when the payload fails its schema: dead, with the issues as reason", async () => {
    const { process, store } = createTestProcessing();
    const schema: StandardSchema<never> = {
      "~standard": {
        ...{ version: 1, vendor: "test" },
        validate: () => ({ issues: [{ message: "amount is missing" }, { message: "id is missing" }] }),
      },
    };
    let runs = 0;
    const work = processor({ impact, schema }, async () => void runs++);
    const copy = copyOf(event);
    assert.deepEqual(await process(work, [copy]), ["message-1"]);
    assert.equal(runs, 0);
    assert.equal(store.records.get(key)?.state, "dead");
    assert.match(store.records.get(key)?.reason ?? "", /amount is missing; id is missing/);
    assert.deepEqual(copy.retries, [0]);
  });

  it("is an undefined payload where the body is no JSON, and its content type says so", async () => {
    const { process } = createTestProcessing();
    const seen: unknown[] = [];
    const work = processor({ impact }, async ({ payload }) => void seen.push(payload));
    await process(work, [copyOf({ ...event, contentType: "text/plain", body: Uint8Array.of(0xff) })]);
    assert.deepEqual(seen, [undefined]);
  });

  it("is a log that names processor, source and event", async () => {
    const { process, lines } = createTestProcessing();
    const work = processor({ impact }, async ({ log }) => {
      log.info("shipped", { parcels: 2 });
      log.error("late", {});
      log.debug("weighed");
    });
    await process(work, [copyOf(event)]);
    assert.ok(!lines.some((line) => line.startsWith("weighed")));
    const detailed = createTestProcessing();
    await detailed.process(work, [copyOf(event)], { log: (entry) => lines.push(lineOf(entry)) });
    for (const text of ["shipped", "late", "weighed"]) {
      const line = lines.find((one) => one.startsWith(text)) ?? "";
      assert.match(line, /"processor":"acme\/order\.created","source":"acme","id":"evt_1"/);
    }
  });
});

describe("the time of a run", () => {
  const time = handTime();

  it("ends with the copy kept and nothing written, while its lease still excludes other runs", async () => {
    const { process, store, lines } = createTestProcessing();
    const held = Promise.withResolvers<void>();
    const work = processor({ impact, timeoutSeconds: 1 }, () => held.promise);
    const copy = copyOf(event);
    assert.deepEqual(await time.until(process(work, [copy])), ["message-1"]);
    assert.equal(time.passed(), 1000);
    assert.deepEqual(copy.retries, []);
    assert.equal(store.records.get(key)?.state, "processing");
    assert.ok(!store.operations.some((operation) => operation.startsWith("end")));
    assert.ok(lines.some((line) => line.startsWith("overran")));
    held.resolve();
  });

  it("is announced by the signal before it is up", async () => {
    const { process, store } = createTestProcessing();
    const work = processor({ impact, timeoutSeconds: 4 }, async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw signal.reason;
    });
    assert.deepEqual(await time.until(process(work, [copyOf(event)])), ["message-1"]);
    assert.equal(time.passed(), 2000);
    assert.equal(store.records.get(key)?.state, "failed");
  });

  it("is each run's own: ten slow events of one batch run side by side", async () => {
    const { process } = createTestProcessing();
    const allRun = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const work = processor({ impact }, async (_: Attempt<unknown>) => {
      running += 1;
      most = Math.max(most, running);
      if (running === 10) allRun.resolve();
      await allRun.promise;
      running -= 1;
    });
    const batch = Array.from({ length: 10 }, (_, n) => copyOf({ ...event, id: `evt_${n}`, key: `evt_${n}` }, `${n}`));
    assert.deepEqual(await time.until(process(work, batch)), []);
    assert.equal(most, 10);
  });
});
