import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { processor, type WebhookEvent } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event } from "../copies.ts";

const impact = "Orders are not shipped";
const recordKey = (id: string) => `acme/order.created#acme#${id}`;
const named = (id: string): WebhookEvent => ({ ...event, id, key: id });

/** A workshop in which earlier runs of these events ended with nothing written. */
async function afterCutRuns(cuts: Readonly<Record<string, number>>) {
  const workshop = createTestProcessing();
  const { store, clock } = workshop;
  const expires = new Date(clock.now().getTime() + 86_400_000);
  for (const [id, times] of Object.entries(cuts)) {
    for (let time = 1; time <= times; time += 1) {
      clock.advance(2000);
      const now = clock.now();
      const leaseUntil = new Date(now.getTime() + 1000);
      await store.claim(recordKey(id), {
        owner: `${id} ${time}`,
        messageId: id,
        received: now,
        now,
        leaseUntil,
        expires,
      });
    }
  }
  clock.advance(2000);
  store.operations.length = 0;
  return workshop;
}

/** A processor that notes when each event begins and ends. */
function noting() {
  const notes: string[] = [];
  const work = processor({ impact }, async ({ event: { id } }) => {
    notes.push(`${id} begins`);
    // All that promises do comes before it: whoever may run beside this one has begun by then.
    await new Promise((resolve) => setImmediate(resolve));
    notes.push(`${id} ends`);
  });
  return { notes, work };
}

describe("copies whose last run was killed", () => {
  it("run last and one by one, the least tried first", async () => {
    const { process, lines } = await afterCutRuns({ killer: 4, victim: 3 });
    const { notes, work } = noting();
    const batch = [
      copyOf(named("killer"), "1", 5),
      copyOf(named("one"), "2", 1),
      copyOf(named("victim"), "3", 5),
      copyOf(named("two"), "4", 9),
    ];
    assert.deepEqual(await process(work, batch), []);
    assert.deepEqual(notes.slice(0, 2).sort(), ["one begins", "two begins"]);
    assert.deepEqual(notes.slice(4), ["victim begins", "victim ends", "killer begins", "killer ends"]);
    const cut = lines.filter((line) => line.startsWith("cut"));
    assert.deepEqual(cut.map((line) => JSON.parse(line.slice(4)).attempt).sort(), [3, 4]);
  });

  it("are no suspects before their third receive, nor for having failed by themselves", async () => {
    const { process, store } = await afterCutRuns({ early: 1 });
    const failed = processor({ impact }, () => Promise.reject(new Error("closed")));
    await process(failed, [copyOf(named("failing"), "1", 3)]);
    const { notes, work } = noting();
    store.operations.length = 0;
    await process(work, [copyOf(named("early"), "1", 2), copyOf(named("failing"), "2", 4), copyOf(named("new"), "3")]);
    assert.equal(notes.slice(0, 3).filter((note) => note.endsWith("begins")).length, 3);
    assert.deepEqual(
      store.operations.filter((operation) => operation.startsWith("read")),
      [`read ${recordKey("failing")}`],
    );
  });

  it("are no suspects where the record is another's live one, a failed one of long ago, or none", async () => {
    const { process, store, clock, lines } = createTestProcessing();
    await process(
      processor({ impact }, () => Promise.reject(new Error("closed"))),
      [copyOf(named("failed"), "1", 3)],
    );
    clock.advance(3_600_000);
    const now = clock.now();
    const [leaseUntil, expires] = [new Date(now.getTime() + 1000), new Date(now.getTime() + 86_400_000)];
    await store.claim(recordKey("live"), {
      owner: "another",
      messageId: "live",
      received: now,
      now,
      leaseUntil,
      expires,
    });
    const { notes, work } = noting();
    store.operations.length = lines.length = 0;
    const batch = ["failed", "live", "new"].map((id) => copyOf(named(id), id, 3));
    assert.deepEqual(await process(work, batch), ["live"]);
    assert.deepEqual(notes.slice(0, 2).sort(), ["failed begins", "new begins"]);
    const asked = store.operations.map((operation) => operation.replace("acme/order.created#acme#", ""));
    assert.deepEqual(asked.slice(0, 6), [
      ...["read failed", "read live", "read new"],
      ...["claim failed", "claim live", "claim new"],
    ]);
    assert.deepEqual(
      lines.filter((line) => line.startsWith("record not read")),
      [],
    );
  });

  it("are no suspects in the millisecond in which their lease ends", async () => {
    const { process, store, clock } = createTestProcessing();
    const now = clock.now();
    const expires = new Date(now.getTime() + 86_400_000);
    const claimed = {
      owner: "another",
      messageId: "edge",
      received: now,
      now,
      leaseUntil: new Date(now.getTime() + 1000),
      expires,
    };
    await store.claim(recordKey("edge"), claimed);
    clock.advance(1000);
    store.operations.length = 0;
    const { work } = noting();
    assert.deepEqual(await process(work, [copyOf(named("edge"), "edge", 3), copyOf(named("new"), "new")]), ["edge"]);
    const claims = store.operations.filter((operation) => operation.startsWith("claim"));
    assert.deepEqual(claims, [`claim ${recordKey("edge")}`, `claim ${recordKey("new")}`]);
  });

  it("are put back untouched, and after a pause, when no time is left for a run, which counts no attempt", async () => {
    const { process, store, clock } = await afterCutRuns({ first: 3, second: 4 });
    const work = processor({ impact, timeoutSeconds: 20 }, async () => clock.advance(30_000));
    const [first, second] = [copyOf(named("first"), "1", 5), copyOf(named("second"), "2", 5)];
    const deadline = new Date(clock.now().getTime() + 40_000);
    assert.deepEqual(await process(work, [second, first], { deadline }), ["2"]);
    assert.equal(second.retries.length, 1);
    assert.ok((second.retries[0] ?? 0) >= 80, "its receives are not burned");
    assert.equal(store.records.get(recordKey("first"))?.state, "done");
    assert.equal(store.records.get(recordKey("second"))?.attempts, 4);
  });

  it("run with the others when their record cannot be read", async () => {
    const { process, store, lines } = await afterCutRuns({ killer: 4 });
    store.fail("read");
    const { notes, work } = noting();
    assert.deepEqual(await process(work, [copyOf(named("killer"), "1", 5), copyOf(named("one"), "2")]), []);
    assert.deepEqual(notes.slice(0, 2).sort(), ["killer begins", "one begins"]);
    assert.ok(lines.some((line) => line.startsWith("record not read")));
  });
});
