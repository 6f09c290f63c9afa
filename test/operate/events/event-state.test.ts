import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foremost, stateOf } from "../../../operate/events/event-state.ts";
import { masked } from "../../../operate/events/masked.ts";

const now = Date.parse("2026-01-05T10:00:00.000Z");
const around = { processor: "github/push", now, received: now - 60_000, isSpilled: false, isPaused: false };
const ex = { N: String(now / 1000 + 100) };
const n = { N: "2" };

describe("the state of an event in a processor", () => {
  const cases = [
    ["queued without a record", undefined, {}, "queued", undefined],
    ["spilled", undefined, { isSpilled: true }, "spilled", undefined],
    ["paused", undefined, { isPaused: true }, "paused", undefined],
    [
      "unknown where its copy is in no queue any more",
      undefined,
      { received: now - 8 * 86_400_000 },
      "unknown",
      undefined,
    ],
    [
      "unknown where its record has expired",
      { st: { S: "done" }, ex: { N: String(now / 1000 - 1) } },
      { received: 0 },
      "unknown",
      undefined,
    ],
    ["done", { st: { S: "done" }, ex, n }, { isPaused: true }, "done", undefined],
    ["dead", { st: { S: "dead" }, ex, n }, {}, "dead", undefined],
    [
      "dead after a final failure",
      { st: { S: "failed" }, ex, n, nx: { N: "0" } },
      { isPaused: true },
      "dead",
      undefined,
    ],
    [
      "running under a lease",
      { st: { S: "proc" }, ex, n, lu: { N: String(now + 5000) } },
      { isPaused: true },
      "running",
      "2026-01-05T10:00:05.000Z",
    ],
    [
      "dead after an overrun of its last receive",
      { st: { S: "proc" }, ex, n, lu: { N: String(now - 5000) }, nx: { N: "0" } },
      {},
      "dead",
      undefined,
    ],
    [
      "waiting after a run that was cut",
      { st: { S: "proc" }, ex, n, lu: { N: String(now - 5000) } },
      {},
      "waiting",
      undefined,
    ],
    [
      "waiting until the next attempt",
      { st: { S: "failed" }, ex, n, nx: { N: String(now + 9000) } },
      {},
      "waiting",
      "2026-01-05T10:00:09.000Z",
    ],
    ["waiting, nobody wrote until when", { st: { S: "failed" }, ex, n }, {}, "waiting", undefined],
    [
      "paused between two attempts",
      { st: { S: "failed" }, ex, n, nx: { N: String(now + 9000) } },
      { isPaused: true },
      "paused",
      undefined,
    ],
  ] as const;
  for (const [name, record, given, state, until] of cases) {
    it(`is ${name}`, () => {
      const told = stateOf(record, { ...around, ...given });
      assert.deepEqual([told.state, told.until], [state, until]);
    });
  }

  it("has attempts, and the reason of the last without its stack", () => {
    const told = stateOf({ st: { S: "failed" }, ex, n, le: { S: "Error: no\nat f (a.ts:1:1)" } }, around);
    assert.deepEqual([told.attempts, told.reason, told.failed], [2, "Error: no", undefined]);
  });

  it("has the failed attempts that its record holds", () => {
    const failed = [now - 9000, now - 1000].map((t) => ({ M: { t: { N: String(t) }, r: { S: "Error: no" } } }));
    const told = stateOf({ st: { S: "done" }, ex, n: { N: "3" }, as: { L: failed } }, around);
    assert.deepEqual(told.failed, [
      { at: "2026-01-05T09:59:51.000Z", reason: "Error: no" },
      { at: "2026-01-05T09:59:59.000Z", reason: "Error: no" },
    ]);
  });
});

describe("the state of an event", () => {
  it("is the one that needs a person first, and done only where all are", () => {
    const of = (...states: readonly Parameters<typeof foremost>[0][number]["state"][]) => {
      return foremost(states.map((state) => ({ state })));
    };
    assert.equal(of(), "ignored");
    assert.equal(of("done", "done"), "done");
    assert.equal(of("done", "queued"), "queued");
    assert.equal(of("queued", "waiting", "running"), "running");
    assert.equal(of("running", "dead", "spilled"), "dead");
    assert.equal(of("done", "unknown"), "unknown");
  });
});

describe("a masked payload", () => {
  it("keeps keys and what says of what kind it is, and no other value", () => {
    const payload = {
      id: "evt_1",
      type: "a",
      data: { email: "a@example.com", amount: 5, live: true, list: ["x", { id: 3, to: "y" }] },
    };
    assert.deepEqual(masked(payload), {
      id: "evt_1",
      type: "a",
      data: {
        email: "<text of 13>",
        amount: "<number>",
        live: true,
        list: ["<text of 1>", { id: 3, to: "<text of 1>" }],
      },
    });
  });
});
