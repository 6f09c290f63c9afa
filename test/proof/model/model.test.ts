import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { proveModel } from "../model.ts";
import { explore, type Machine } from "./explore.ts";

describe("the model of the protocol", () => {
  it("holds in every state, at least 500 000 of them, and catches every mutant", async (test) => {
    const started = performance.now();
    const { states, failures } = await proveModel({ size: "short", progress: () => {} });
    test.diagnostic?.(`${states} states in ${Math.round(performance.now() - started)} ms, mutants included`);
    assert.deepEqual(failures, []);
    assert.ok(states >= 500_000, `${states} states`);
  });
});

describe("explore()", () => {
  /** Two counters, each from 0 to 9, one step at a time. */
  const counters: Machine = {
    first: new Uint8Array(2),
    next: (state) =>
      [0, 1]
        .filter((index) => (state[index] ?? 0) < 9)
        .map((index) => state.map((value, at) => value + (at === index ? 1 : 0))),
    wrong: (state) => (state[0] === 3 && state[1] === 4 ? "three and four" : undefined),
  };

  it("visits every reachable state once, and shows a way to a wrong one", () => {
    const { states, wrong, traces } = explore(counters);
    assert.equal(states, 100);
    assert.deepEqual(wrong, { "three and four": 1 });
    const trace = traces["three and four"] ?? [];
    assert.deepEqual([...(trace.at(0) ?? [])], [0, 0]);
    assert.deepEqual([...(trace.at(-1) ?? [])], [3, 4]);
    assert.equal(trace.length, 8);
  });

  it("counts as a set of texts does, when its table has grown many times", () => {
    const wide: Machine = {
      first: new Uint8Array(4),
      next: (state) =>
        [0, 1, 2, 3].filter((at) => (state[at] ?? 0) < 25).map((at) => state.with(at, (state[at] ?? 0) + 1)),
      wrong: () => undefined,
    };
    assert.equal(explore(wide).states, 26 ** 4);
  });

  it("stops at the first wrong state when asked to", () => {
    assert.ok(explore(counters, { untilWrong: true }).states < 100);
  });
});
