import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prove, withSections } from "./run.ts";

describe("the page of the proof", () => {
  const part = (title: string, markdown: string, failures: readonly string[] = []) => ({ title, markdown, failures });

  it("has a section for each part, and a new run replaces the old section", () => {
    const first = withSections("", [part("Model", "10 states"), part("Fuzz", "5 requests")], "By a");
    const second = withSections(first, [part("Model", "20 states", ["lost"])], "By b");
    assert.match(second, /^# Proof\n/);
    assert.equal(second.match(/^## Model$/gm)?.length, 1);
    assert.match(second, /## Model\n\nBy b\n\n20 states\n\n- FAILED: lost\n/);
    assert.match(second, /## Fuzz\n\nBy a\n\n5 requests\n/);
    assert.doesNotMatch(second, /10 states/);
  });
});

describe("the command of the proof", () => {
  it("refuses unknown parts and invalid counts", async () => {
    await assert.rejects(
      prove(["nothing"], () => {}),
      /^TypeError: proof shows that nothing is lost/,
    );
    await assert.rejects(
      prove(["model", "--seeds", "many"], () => {}),
      /--seeds takes a whole number, received "many"/,
    );
  });

  it("repeats one seed, and reports its findings", async () => {
    const printed: string[] = [];
    const proved = await prove(["--seed", "7"], (text) => printed.push(text));
    assert.deepEqual(
      proved.map(({ name, failures }) => ({ name, failures })),
      [{ name: "simulation", failures: [] }],
    );
    assert.equal(printed[0], "seed 7");
  });
});
