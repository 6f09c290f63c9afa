import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { processor } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event, key } from "../copies.ts";
import { handTime } from "../hand-time.ts";

const impact = "Orders are not shipped";
const work = processor({ impact }, async () => {});
const by = '"step":"process","processor":"acme/order.created"';
const of = `${by},"source":"acme","id":"evt_1","type":"order.created"`;

describe("the lines of a log about a copy", () => {
  const time = handTime();

  it("say what was done, at which attempt and how long it took", async () => {
    const { process, clock, lines } = createTestProcessing();
    await process(
      processor({ impact }, async () => clock.advance(250)),
      [copyOf(event)],
    );
    assert.deepEqual(lines, [`done {${of},"attempt":1,"milliseconds":250}`]);
  });

  it("say that it was done before, or is being done", async () => {
    const { process, store, clock, lines } = createTestProcessing();
    await process(work, [copyOf(event)]);
    await process(work, [copyOf(event, "message-2")]);
    const expires = new Date(clock.now().getTime() + 86_400_000);
    await store.claim("acme/order.created#acme#evt_2", {
      ...{ owner: "another", messageId: "1", received: clock.now(), now: clock.now(), leaseUntil: expires, expires },
    });
    await process(work, [copyOf({ ...event, id: "evt_2", key: "evt_2" })]);
    assert.deepEqual(lines.slice(1), [`duplicate {${of}}`, `processing {${of.replace("evt_1", "evt_2")}}`]);
  });

  it("name the copy with a foreign envelope", async () => {
    const { process, lines } = createTestProcessing();
    await process(work, [copyOf("{}", "message-7")]);
    assert.deepEqual(lines, [`unknown envelope {${by},"messageId":"message-7"}`]);
  });

  it("name it once, however often it is received", async () => {
    const { process, lines } = createTestProcessing();
    for (let receives = 1; receives <= 14; receives += 1) await process(work, [copyOf("{}", "message-7", receives)]);
    assert.equal(lines.length, 1);
  });

  it("say that a copy is dead which could not be claimed on its last receive, and not before", async () => {
    const { process, store, lines } = createTestProcessing();
    const once = processor({ impact, retry: { attempts: 2 } }, async () => {});
    store.fail("claim");
    for (const receives of [1, 2]) await process(once, [copyOf(event, "message-1", receives)]);
    const why = "Error: claim failed before its effect";
    const failed = `claim failed {${of},"error":"${why}"}`;
    assert.deepEqual(lines, [failed, failed, `dead {${of},"error":"its record could not be claimed (${why})"}`]);
  });

  it("say that no time was left", async () => {
    const { process, clock, lines } = createTestProcessing();
    await process(work, [copyOf(event)], { deadline: new Date(clock.now().getTime() + 29_999) });
    assert.deepEqual(lines, [`no time left {${of}}`]);
  });

  it("say which of the store's answers did not come", async () => {
    const { process, store, lines } = createTestProcessing();
    store.fail("read");
    store.fail("claim");
    await process(work, [copyOf(event, "message-1", 3)]);
    store.heal();
    store.fail("end");
    await time.until(process(work, [copyOf(event)]));
    assert.deepEqual(lines, [
      `record not read {${by},"error":"Error: read failed before its effect"}`,
      `claim failed {${of},"error":"Error: claim failed before its effect"}`,
      `done not recorded {${of},"error":"Error: end failed before its effect"}`,
      `done {${of},"attempt":1,"milliseconds":0}`,
    ]);
  });

  it("say that the run before was killed", async () => {
    const { process, store, clock, lines } = createTestProcessing();
    const now = clock.now();
    const expires = new Date(now.getTime() + 86_400_000);
    await store.claim(key, { owner: "another", messageId: "1", received: now, now, leaseUntil: now, expires });
    clock.advance(1);
    await process(work, [copyOf(event)]);
    assert.equal(lines[0], `cut {${of},"attempt":1,"error":"its time, memory or process ended"}`);
  });

  it("say that a run overran its time", async () => {
    const { process, lines } = createTestProcessing();
    const slow = processor({ impact, timeoutSeconds: 1 }, () => new Promise(() => {}));
    await time.until(process(slow, [copyOf(event)]));
    assert.deepEqual(lines, [`overran {${of},"attempt":1}`]);
  });
});

describe("the time that is left of a batch", () => {
  const ran = async (timeoutSeconds: number, leftMilliseconds: number) => {
    const { process, clock, store } = createTestProcessing();
    const timed = processor({ impact, timeoutSeconds }, async () => {});
    await process(timed, [copyOf(event)], { deadline: new Date(clock.now().getTime() + leftMilliseconds) });
    return store.records.get(key)?.state === "done";
  };

  it("is enough where a whole run fits into it, by the processor's own measure", async () => {
    assert.equal(await ran(50, 50_000), true);
    assert.equal(await ran(50, 49_999), false);
    assert.equal(await ran(5, 5000), true);
    assert.equal(await ran(5, 4999), false);
  });
});
