import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawLoad } from "./drawing.ts";
import { percentile } from "./figures.ts";
import type { Answer } from "./traffic.ts";

const from = 1_000_000;
const answer = (second: number, milliseconds: number, more: Partial<Answer> = {}): Answer => {
  return { id: "a", at: from + second * 1000, milliseconds, status: 200, outcome: "accepted", tries: 1, ...more };
};
const answers = [
  ...Array.from({ length: 120 }, (_, index) => answer(index / 4, 10)),
  answer(12, 10_000, { status: 0, outcome: "no answer" }),
  answer(20, 900, { status: 503, outcome: "queue" }),
];
const faults = {
  kills: [
    { at: from + 3000, pid: 1, target: "verifier" },
    { at: from + 15_000, pid: 2, target: "processor" },
  ],
  outages: [{ service: "table", how: "hangs", from: from + 5000, until: from + 8000 }],
} as const;

describe("the drawing of the load", () => {
  const drawn = drawLoad(answers, faults, from, 'rate < 30 & "more"');

  it("has a title, three panels with units, and every fault", () => {
    for (const words of ["rate &lt; 30 &amp;", "answers, 1/s", "latency, ms", "time since the start, s"]) {
      assert.ok(drawn.includes(words), words);
    }
    assert.equal(drawn.match(/<polyline /g)?.length, 7);
    assert.equal(drawn.match(/v18"/g)?.length, 2);
    assert.equal(drawn.match(/height="20" fill="#8250df"/g)?.length, 1);
  });

  it("puts every point inside its panel", () => {
    const points = [...drawn.matchAll(/<polyline points="([^"]+)"/g)].flatMap(([, all = ""]) => all.split(" "));
    assert.ok(points.length > 60);
    for (const point of points) {
      const [x = Number.NaN, y = Number.NaN] = point.split(",").map(Number);
      assert.ok(x >= 90 && x <= 790, point);
      assert.ok((y >= 60 && y <= 230) || (y >= 300 && y <= 470), point);
    }
  });

  it("closes every element", () => {
    const open: string[] = [];
    for (const [, closing, name = "", alone] of drawn.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (closing === "/") assert.equal(open.pop(), name);
      else if (alone !== "/") open.push(name);
    }
    assert.deepEqual(open, []);
  });
});

describe("a percentile", () => {
  it("is the smallest value that so many of a hundred do not exceed", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.deepEqual([percentile(hundred, 50), percentile(hundred, 99), percentile([7], 95)], [50, 99, 7]);
  });
});
