import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Log } from "../../../lambdas/core/log.ts";
import { PermanentError, processor } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event, key } from "../copies.ts";
import { handTime } from "../hand-time.ts";

const impact = "Orders are not shipped";
const last = { attempts: 3 } as const;

describe("a copy on its last receive", () => {
  const time = handTime();

  it("an overrun makes the event dead once, with the reason on its record; ingress takes a resend, and the lease stays", async () => {
    const { process, store, dedupe, lines } = createTestProcessing();
    const hanging = processor({ impact, timeoutSeconds: 3, retry: last }, () => new Promise(() => {}));
    await time.until(process(hanging, [copyOf(event, "message-1", 3)]));
    assert.equal(lines.filter((line) => line.startsWith("dead ")).length, 1);
    assert.ok(!lines.some((line) => line.startsWith("overran")));
    const { state, reason, leaseUntil } = store.records.get(key) ?? {};
    assert.deepEqual([state, reason], ["processing", "timed out after 3 s"]);
    assert.ok((leaseUntil?.getTime() ?? 0) > 0);
    assert.deepEqual(
      dedupe.operations.map((operation) => operation.split(" ")[0]),
      ["reopen"],
    );
  });

  it("before the last receive, an overrun is reported and the event is not dead", async () => {
    const { process, dedupe, lines } = createTestProcessing();
    const hanging = processor({ impact, timeoutSeconds: 3, retry: last }, () => new Promise(() => {}));
    await time.until(process(hanging, [copyOf(event, "message-1", 2)]));
    assert.match(lines.join(), /^overran/);
    assert.deepEqual(dedupe.operations, []);
  });

  it("with no time left, the event is dead once, with its reason, and ingress takes a resend", async () => {
    const { process, store, dedupe, clock, lines } = createTestProcessing();
    const work = processor({ impact, retry: last }, () => assert.fail("it ran"));
    const copy = copyOf(event, "message-1", 3);
    const deadline = new Date(clock.now().getTime() + 29_999);
    assert.deepEqual(await process(work, [copy], { deadline }), ["message-1"]);
    assert.equal(lines.filter((line) => line.startsWith("dead ")).length, 1);
    const { state, reason } = store.records.get(key) ?? {};
    assert.deepEqual([state, reason], ["failed", "no time was left for its 30 s"]);
    assert.equal(dedupe.operations.length, 1);
  });

  it("with no time left, an event that another copy has done is acknowledged", async () => {
    const { process, clock, lines } = createTestProcessing();
    const work = processor({ impact, retry: last }, async () => {});
    await process(work, [copyOf(event)]);
    const deadline = new Date(clock.now().getTime() + 29_999);
    assert.deepEqual(await process(work, [copyOf(event, "message-2", 3)], { deadline }), []);
    assert.ok(!lines.some((line) => line.startsWith("dead ")));
  });
});

describe("a copy that is being burned", () => {
  it("is not dead again where its last receive finds no time left", async () => {
    const { process, clock, lines } = createTestProcessing();
    const refusing = processor({ impact, retry: last }, () => Promise.reject(new PermanentError("no such order")));
    await process(refusing, [copyOf(event)]);
    const deadline = new Date(clock.now().getTime() + 29_999);
    assert.deepEqual(await process(refusing, [copyOf(event, "message-1", 3)], { deadline }), ["message-1"]);
    assert.equal(lines.filter((line) => line.startsWith("dead ")).length, 1);
  });

  it("is dead once, and burned, as a detail, each time after", async () => {
    const { process, lines } = createTestProcessing();
    const details: string[] = [];
    const log: Log = ({ level, kind }) => (level === "debug" ? details : lines).push(kind);
    const refusing = processor({ impact }, () => Promise.reject(new PermanentError("no such order")));
    for (let receives = 1; receives <= 14; receives += 1) {
      await process(refusing, [copyOf(event, "message-1", receives)], { log });
    }
    assert.deepEqual([lines, details], [["dead"], Array(13).fill("burned")]);
  });
});
