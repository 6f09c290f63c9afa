import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { npmShellGone } from "../../../operate/cli/npm-shell.ts";

const module = new URL("../../../operate/cli/npm-shell.ts", import.meta.url).href;
const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
const program = `import { npmShellGone } from ${JSON.stringify(module)};
const staying = setInterval(() => {}, 1000);
npmShellGone().then(() => { console.log("the shell is gone"); clearInterval(staying); });
console.log("here");`;
const underDeno = "Deno" in globalThis;

describe("the shell of npm", () => {
  it("is missed by the run that it has started, when it is killed", {
    skip: process.platform === "win32",
  }, async () => {
    // Deno's `eval` may read and do all.
    const args = underDeno ? ["eval", "--ext=ts", program] : ["--input-type=module", "-e", program];
    const words = [process.execPath, ...args].map((word) => `'${word}'`).join(" ");
    const env = { ...process.env, npm_lifecycle_script: manifest.scripts.start };
    const shell = spawn("sh", ["-c", `${words}; exit $?`], { env, stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, "here");
    const closed = once(shell.stdout, "close");
    shell.kill();
    assert.equal((await lines.next()).value, "the shell is gone");
    await closed;
  });

  it("is no matter where the script may go on without its program, or is not ours, or there is no npm", () => {
    for (const script of [
      undefined,
      "",
      "node --import ./infra/require-node.js operate/cli/hookline.ts start &",
      "nohup node operate/cli/hookline.ts start",
      "node operate/cli/hookline.ts start; sleep 1",
      "sh ./start.sh",
      "setsid hookline start",
      "node daemon.js hookline start",
      "node --test",
      "hookline sources local",
    ]) {
      // Never asked of this process's own environment, in which npm may have put a script.
      assert.equal(
        npmShellGone(script ?? "", () => 4711),
        undefined,
        script,
      );
    }
  });

  it("is watched for each of the scripts that start a run, and not where npm is the first process", () => {
    for (const script of [
      manifest.scripts.start,
      "hookline start --app 'node app.ts'",
      "npx --no-install hookline start",
    ]) {
      assert.notEqual(
        npmShellGone(script, () => 4711),
        undefined,
        script,
      );
      assert.equal(
        npmShellGone(script, () => 1),
        undefined,
        script,
      );
    }
  });
});
