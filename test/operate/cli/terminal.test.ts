import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

/** What ids, types and errors may bear: clearing a terminal in 7 and 8 bits, a line of its own, a turned direction. */
const hostile = "\u001b[2J\u009b2J\r\n12:00:00  verify   forged\u2028\u202e\u0007";

/** Runs a command that prints and throws what is hostile, as a process. */
function run(code: string): { readonly stdout: string; readonly stderr: string; readonly status: number | null } {
  const terminal = new URL("../../../operate/cli/terminal.ts", import.meta.url).href;
  const text = `import { runCommand } from ${JSON.stringify(terminal)};\nawait runCommand(${code});`;
  const args = "Deno" in globalThis ? ["eval", "--ext=ts", text] : ["--input-type=module-typescript", "-e", text];
  const cwd = fileURLToPath(new URL("../../..", import.meta.url));
  return spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
}

describe("the output of a command", () => {
  it("is one line that cannot control a terminal", () => {
    const { stdout, stderr, status } = run(`(_, print) => { print(${JSON.stringify(`a\t漢 ${hostile}`)}); return 3; }`);
    assert.equal(status, 3, stderr);
    assert.match(
      stdout,
      /^a\t漢 \\u001b\[2J\\u009b2J\\u000d\\u000a12:00:00 {2}verify {3}forged\\u2028\\u202e\\u0007\n$/,
    );
  });

  it("is also safe as an error, which keeps its own lines and ends with the status for failure", () => {
    const { stderr, status } = run(`() => { throw new TypeError(${JSON.stringify(`usage\n  ${hostile}`)}) }`);
    assert.equal(status, 1);
    assert.match(stderr, /^usage\n {2}\\u001b\[2J\\u009b2J\\u000d\n12:00:00/);
    assert.ok(!/(?!\n)\p{Cc}|[\u2028\u202e]/u.test(stderr));
  });
});
