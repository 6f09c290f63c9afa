import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { shellWord } from "../../operate/shell-word.ts";

describe("shellWord", () => {
  for (const text of [
    "github/push",
    "a b",
    "$(touch x)",
    "it's",
    "`id`",
    "",
    "-n;ls",
    "ünïcode\nand more",
    "a\u001b[201~\u0003\necho x\n",
    "\u202e\u2028'\\",
  ]) {
    it(`is taken by a shell for the one word ${JSON.stringify(text)}`, () => {
      assert.equal(
        execFileSync("bash", ["-c", `for word in ${shellWord(text)}; do printf '%s|' "$word"; done`], {
          encoding: "utf8",
        }),
        `${text}|`,
      );
    });
  }

  it("holds no character that is not seen", () => {
    for (const text of ["\u001b[201~\u0003\n", "\u009b", "\u202e", "\u2066x\u2069", "\u2028", "\u200b"]) {
      assert.match(shellWord(text), /^\$'[!-~]+'$/);
    }
  });
});
