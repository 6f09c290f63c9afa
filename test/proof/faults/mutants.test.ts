import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { callApart } from "../../apart.ts";
import { catchMutants } from "./many.ts";
import { mutants } from "./mutants.ts";

describe("a stack that is put together wrongly", () => {
  let caught: ReadonlyMap<string, string>;
  before(async () => {
    caught = await callApart(new URL("many.ts", import.meta.url), catchMutants);
  });

  for (const { name, needs } of mutants) {
    it(`is detected when it ${name}, by ${needs}`, () => assert.ok(caught.has(name), "the mutant survives"));
  }
});
