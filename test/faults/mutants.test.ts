import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstBroken } from "./catch.ts";
import { mutants } from "./mutants.ts";

describe("a stack that is put together wrongly", () => {
  for (const mutant of mutants) {
    it(`is caught when it ${mutant.name}, by ${mutant.needs}`, async () => {
      assert.ok((await firstBroken(mutant)) !== undefined, "the mutant survives");
    });
  }
});
