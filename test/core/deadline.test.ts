import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import { deadlineFor, halfOf, within } from "../../lambdas/core/deadline.ts";
import { createReceiver, type DedupeStore, type EventQueue, receive } from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { createTestReceiver, githubDelivery, secret, ways } from "./deliveries.ts";
import { handTime } from "./hand-time.ts";
import { openTimers } from "./timers.ts";

/** The least time that a deadline takes: 0.8 s, of which 0.2 s go by until the last send, and 0.1 s are for claims. */
const impatient = { ...github, answerWithinSeconds: 1 };
const never = () => new Promise<never>(() => {});

/** A call that never ends, and when it was made. */
function hanging() {
  const called = Promise.withResolvers<void>();
  const call = () => {
    called.resolve();
    return never();
  };
  return { call, called: called.promise };
}

function hurried() {
  const receiver = createTestReceiver();
  const sources = { github: { provider: impatient, secrets: async () => [secret] } };
  return { ...receiver, options: { ...receiver.options, sources } };
}

/** The milliseconds after which verification, sends and marks must have ended. */
function millisecondsOf(answerWithinSeconds: number, remaining?: number): readonly number[] {
  const { now } = performance;
  performance.now = () => 0;
  try {
    const { verify, send, end } = deadlineFor({ ...github, answerWithinSeconds }, remaining);
    return [verify, send, end];
  } finally {
    performance.now = now;
  }
}

describe("the milliseconds of a deadline", () => {
  it("leave half a second for the answer, 0.4 s before it for marks and 0.2 s before those for reports", () => {
    assert.deepEqual(millisecondsOf(10), [5933, 8900, 9500]);
    assert.deepEqual(millisecondsOf(1.2), [133, 200, 800]);
    assert.deepEqual(millisecondsOf(1.4), [200, 300, 900]);
  });

  it("are those of the invocation where it ends first, and at least the time of two marks", () => {
    assert.deepEqual(millisecondsOf(10, 5000), [2600, 3900, 4500]);
    assert.deepEqual(millisecondsOf(10, 60_000), [5933, 8900, 9500]);
    assert.deepEqual(millisecondsOf(10, 0), [133, 200, 800]);
  });
});

describe("a call within its time", () => {
  it("is waited for, and leaves no listener behind", async () => {
    const { signal } = new AbortController();
    const removed: string[] = [];
    const remove = signal.removeEventListener.bind(signal);
    signal.removeEventListener = (type: string, listener: EventListener) => {
      removed.push(type);
      remove(type, listener);
    };
    const call = () => new Promise<string>((resolve) => setImmediate(() => resolve("done")));
    assert.equal(await within(performance.now() + 60_000, call, { signal }), "done");
    assert.deepEqual(removed, ["abort"]);
  });

  it("leaves no timer behind, within its time or within its grace", async () => {
    const end = () => new Promise<void>((resolve) => setImmediate(resolve));
    for (const until of [0, performance.now() + 60_000]) {
      const ending = () => within(until, end, { graceMilliseconds: 10_000 });
      assert.deepEqual(await openTimers(ending), { set: 1, left: 0 });
    }
  });

  it("aborts with another signal, whenever that aborts", async () => {
    for (const turns of [0, 1]) {
      const other = new AbortController();
      const abort = () => other.abort(new Error("gone"));
      if (turns === 0) abort();
      else setImmediate(abort);
      const call = (signal: AbortSignal) =>
        new Promise<never>((_, reject) => {
          if (signal.aborted) reject(signal.reason);
          else signal.addEventListener("abort", () => reject(signal.reason));
        });
      const { signal } = other;
      const options = { signal, graceMilliseconds: 60_000 };
      await assert.rejects(within(performance.now() + 60_000, call, options), /gone/);
    }
  });

  it("is not made where its time is over, or the other signal has aborted, and it has no grace", async () => {
    let calls = 0;
    const call = async () => (calls += 1);
    await assert.rejects(within(performance.now(), call), { name: "TimeoutError" });
    const signal = AbortSignal.abort(new Error("gone"));
    await assert.rejects(within(performance.now() + 60_000, call, { signal }), /gone/);
    assert.equal(calls, 0);
  });
});

describe("the deadline of a delivery", () => {
  const time = handTime();

  it("sends an event whose claim hangs: the table must not take the answer with it", async () => {
    const { options, queue, dedupe, lines } = hurried();
    const hung: DedupeStore = { ...dedupe, claim: never };
    const timely: EventQueue = {
      ...queue,
      async send(name, events, signal) {
        assert.equal(signal?.aborted, false, "time is left for the send");
        return await queue.send(name, events);
      },
    };
    const outcome = await time.until(receive(githubDelivery(), { ...options, dedupe: hung, queue: timely }));
    assert.equal(outcome.kind, "accepted");
    assert.equal(queue.sent.length, 2);
    assert.ok(lines.some((line) => line.startsWith("dedupe unavailable")));
  });

  it("keeps the progress of a batch whose sends were interrupted: the next delivery sends only the rest", async () => {
    const { options, queue, dedupe } = hurried();
    const items = Array.from({ length: 4 }, (_, index) => ({ id: `item-${index}`, type: "push" }));
    const sources = {
      github: {
        provider: { ...impatient, identity: "id" as const, events: () => items },
        secrets: async () => [secret],
      },
    };
    let slow = true;
    const half: EventQueue = {
      ...queue,
      async send(name, events, signal) {
        const done = slow ? events.slice(0, 2) : events;
        await queue.send(name, done);
        if (slow) await new Promise((resolve) => signal?.addEventListener("abort", resolve));
        return events.map((event) => (done.includes(event) ? { sent: true } : { sent: false, cause: signal?.reason }));
      },
    };
    const given = { ...options, sources, queue: half };
    assert.equal((await time.until(receive(githubDelivery(), given))).kind, "unavailable");
    const states = [...dedupe.records.values()].map(({ state }) => state);
    assert.deepEqual(states, ["enqueued", "enqueued", "received", "received"]);
    slow = false;
    const outcome = await time.until(receive(githubDelivery(), given));
    assert.ok(outcome.kind === "accepted");
    assert.deepEqual(
      outcome.events.map(({ kind }) => kind),
      ["duplicate", "duplicate", "accepted", "accepted"],
    );
    assert.equal(queue.sent.length, 8);
  });
});

for (const { name, deliver } of ways) {
  describe(`a port that hangs, by ${name}`, () => {
    const time = handTime();

    it("is answered 503 where it is a send, and nothing is marked", async () => {
      const { options, queue, dedupe } = hurried();
      const send = hanging();
      const answer = deliver(githubDelivery(), { ...options, queue: { ...queue, send: send.call } });
      await send.called;
      const { status, body } = await time.until(answer);
      assert.deepEqual([status, JSON.parse(body).error], [503, "queue"]);
      assert.deepEqual(
        [...dedupe.records.values()].map(({ state }) => state),
        ["received"],
      );
    });

    it("is answered 503 where it gives the secrets, or gives them again, before anything is claimed", async () => {
      for (const hangs of [false, true]) {
        const { options, dedupe, queue } = hurried();
        const asked = hanging();
        const secrets = async (refresh = false) => (refresh === hangs ? await asked.call() : ["another secret"]);
        const answer = deliver(githubDelivery(), { ...options, sources: { github: { provider: impatient, secrets } } });
        await asked.called;
        const { status, body } = await time.until(answer);
        assert.deepEqual([status, JSON.parse(body).error], [503, "time-up"]);
        assert.ok(time.passed() < 800, "its provider still waits");
        assert.deepEqual([...dedupe.operations, ...queue.operations], []);
      }
    });

    it("is answered 503 where it fetches a key, or answers a handshake", async () => {
      for (const part of ["verification", "handshake"] as const) {
        const { options, dedupe } = hurried();
        const asked = hanging();
        const handshake = { method: "POST", signed: true, answer: asked.call } as const;
        const hung = part === "handshake" ? { handshake } : { verification: asked.call };
        const source = { provider: { ...impatient, ...hung }, secrets: async () => [secret] };
        const answer = deliver(githubDelivery(), { ...options, sources: { github: source } });
        await asked.called;
        const { status, body } = await time.until(answer);
        assert.deepEqual([status, JSON.parse(body).error], [503, "time-up"]);
        assert.deepEqual(dedupe.operations, []);
      }
    });

    it("is answered 200 where it is a mark", async () => {
      const { options, dedupe } = hurried();
      const mark = hanging();
      const answer = deliver(githubDelivery(), { ...options, dedupe: { ...dedupe, mark: mark.call } });
      await mark.called;
      assert.equal((await time.until(answer)).status, 200);
    });
  });
}

describe("a body that does not end", () => {
  const time = handTime();

  it("is answered 503 in time, and its stream is let go", async () => {
    const { options, dedupe } = hurried();
    const [pulled, cancelled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const body = new ReadableStream<Uint8Array>({
      pull: () => pulled.resolve(),
      cancel: () => cancelled.resolve(),
    });
    const given = { method: "POST", headers: githubDelivery().headers, body, duplex: "half" };
    const answer = createReceiver(options)(new Request("https://hooks.example/github", given));
    await pulled.promise;
    const { status } = await time.until(answer);
    assert.equal(status, 503);
    assert.equal(time.passed(), 133);
    await cancelled.promise;
    assert.deepEqual(dedupe.operations, []);
  });
});

describe("half of the remaining time", () => {
  const time = handTime();

  it("ends in the middle of what a deadline, or the signal of its step, has left", async () => {
    const { send } = deadlineFor({ ...github, answerWithinSeconds: 2 });
    await time.until(new Promise((resolve) => setTimeout(resolve, 100)));
    assert.equal(halfOf(send), 500);
    assert.equal(await within(send, async (signal) => halfOf(signal)), 500);
    assert.equal(halfOf(new AbortController().signal), undefined);
    assert.equal(halfOf(undefined), undefined);
    assert.equal(halfOf(0), 100);
  });
});

describe("within()", () => {
  const time = handTime();

  it("gives a grace only to a call that ends by itself", async () => {
    const options = { graceMilliseconds: 50 };
    assert.equal(await within(0, async () => "said", options), "said");
    await assert.rejects(time.until(within(100, never, options)), /time for this step is up/);
    assert.equal(time.passed(), 150);
  });

  it("waits on where a timer comes too early", async () => {
    const { setTimeout } = globalThis;
    const early = [1, 0];
    globalThis.setTimeout = ((work: () => void, milliseconds: number) =>
      setTimeout(work, milliseconds - (early.shift() ?? 0))) as typeof globalThis.setTimeout;
    await assert.rejects(time.until(within(20, never)), /time for this step is up/);
    assert.deepEqual([time.passed(), early], [20, []]);
  });
});

describe("mapBounded()", () => {
  it("keeps the order, and runs at most so many at once", async () => {
    let working = 0;
    let most = 0;
    const results = await mapBounded([3, 1, 2, 0, 4], 2, async (item, index) => {
      working += 1;
      most = Math.max(most, working);
      for (let turn = 0; turn < item; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      working -= 1;
      return `${index}:${item}`;
    });
    assert.deepEqual(results, ["0:3", "1:1", "2:2", "3:0", "4:4"]);
    assert.equal(most, 2);
    assert.deepEqual(await mapBounded([], 2, never), []);
  });
});
