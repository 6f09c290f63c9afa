import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seed } from "../seed.ts";
import { proveFuzz } from "./fuzz.ts";

describe("the fuzz as a part of the proof", () => {
  it(`tries as many requests as it is asked for, and says so in figures (seed ${seed})`, async () => {
    const told: string[] = [];
    const progress = (text: string) => void told.push(text);
    const { title, markdown, failures } = await proveFuzz({ size: "short", seed, count: 410, progress });
    assert.deepEqual(failures, []);
    assert.equal(title, "Fuzz of the HTTP edge");
    assert.match(markdown, new RegExp(`^\\| 410 requests in \\d+ s \\(seed ${seed}\\) \\| \\|$`, "m"));
    assert.match(markdown, /\d+ MB after the first half, \d+ MB after the second/);
    assert.equal(told.at(-1), "fuzz: 410 of 410 requests");
  });
});
