import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import type { WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { windowMilliseconds } from "../../../lambdas/core/events/identity.ts";
import { type ClaimOptions, claim } from "../../../lambdas/core/ingress/dedupe.ts";
import type { DedupeStore } from "../../../lambdas/core/ingress/dedupe-store.ts";
import { silent } from "../../../lambdas/core/log.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { createMemoryDedupe } from "../memory.ts";

const now = new Date("2026-01-05T10:00:00Z");
const event: WebhookEvent = {
  id: "one",
  type: "push",
  source: "github",
  key: "one#hash",
  received: now,
  bodyCovered: true,
  body: new Uint8Array(),
};

/** A store in which somebody else holds the record, since so many milliseconds. */
function held(age: number, read: DedupeStore["read"]): { readonly options: ClaimOptions; readonly waits: number[] } {
  const at = new Date(now.getTime() - age);
  const record = { state: "received", owner: "the holder", bodyHash: "", at, expires: now } as const;
  const unused = () => Promise.reject(new Error("not part of a claim"));
  const dedupe = { claim: async () => ({ won: false, held: record }) as const, read, mark: unused, reopen: unused };
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const queue = { wants: () => ["github-push"] };
  return { options: { dedupe, queue, provider: github, now: () => now, log: silent, wait }, waits };
}

describe("claim()", () => {
  it("remembers an event from its receipt on, however long its verification took", async () => {
    const store = createMemoryDedupe();
    const later = () => new Date(now.getTime() + 2000);
    const queue = { wants: () => ["github-push"] };
    await claim([event], { dedupe: store, queue, provider: github, now: later, log: silent });
    const record = store.records.get("github#one#hash");
    assert.deepEqual(record?.at, now);
    assert.deepEqual(record?.expires, new Date(now.getTime() + windowMilliseconds(github, event)));
  });
});

describe("claim(), where another delivery holds the record", () => {
  afterEach(() => mock.timers.reset());

  it("polls four times, for 0.6 s in all, then forwards and will mark for the holder", async () => {
    const { options, waits } = held(0, async () => undefined);
    const [claimed] = await claim([event], options);
    assert.deepEqual({ decision: claimed?.decision, owner: claimed?.owner }, { decision: "send", owner: "the holder" });
    assert.deepEqual(waits, [40, 80, 160, 320]);
  });

  it("waits between its polls, where it is not told how to", async () => {
    let reads = 0;
    const { options } = held(0, async () => {
      reads += 1;
      return undefined;
    });
    const { wait: _, ...waiting } = options;
    mock.timers.enable({ apis: ["setTimeout"] });
    const claiming = claim([event], waiting);
    const read: number[] = [];
    for (const milliseconds of [39, 1, 79, 1, 159, 1, 319, 1]) {
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      mock.timers.tick(milliseconds);
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      read.push(reads);
    }
    assert.deepEqual(read, [0, 1, 1, 2, 2, 3, 3, 4]);
    assert.equal((await claiming)[0]?.decision, "send");
  });

  it("stops waiting when the time for claims is up, and forwards", async () => {
    const { options, waits } = held(0, async () => undefined);
    const { now } = performance;
    const later = performance.now() + 3_600_000;
    const deadline = { verify: 0, send: later, end: later };
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      if (waits.length === 2) performance.now = () => later;
    };
    const [claimed] = await claim([event], { ...options, deadline, wait }).finally(() => {
      performance.now = now;
    });
    assert.equal(claimed?.decision, "send");
    assert.deepEqual(waits, [40, 80]);
  });

  it("does not wait for a holder that is older than 3 s", async () => {
    const { options, waits } = held(3001, async () => undefined);
    const [claimed] = await claim([event], options);
    assert.equal(claimed?.decision, "send");
    assert.deepEqual(waits, []);
  });

  it("forwards at once when a poll fails, and will mark for the holder all the same", async () => {
    const { options, waits } = held(0, () => Promise.reject(new Error("throttled")));
    const [claimed] = await claim([event], options);
    assert.deepEqual({ decision: claimed?.decision, owner: claimed?.owner }, { decision: "send", owner: "the holder" });
    assert.deepEqual(waits, [40]);
  });

  it("claims an event once that stands twice in one delivery", async () => {
    const { options } = held(3001, async () => undefined);
    const claims = await claim([event, event], options);
    assert.deepEqual(
      claims.map((claimed) => claimed.decision),
      ["send", "duplicate"],
    );
  });
});
