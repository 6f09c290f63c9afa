import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { shellWord } from "../../operate/shell-word.ts";

describe("shellWord", () => {
  for (const text of ["github/push", "a b", "$(touch x)", "it's", "`id`", "", "-n;ls", "ünïcode\nand more"]) {
    it(`is taken by a shell for the one word ${JSON.stringify(text)}`, () => {
      assert.equal(
        execFileSync("sh", ["-c", `for word in ${shellWord(text)}; do printf '%s|' "$word"; done`], {
          encoding: "utf8",
        }),
        `${text}|`,
      );
    });
  }
});
