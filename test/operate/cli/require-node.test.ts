import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { runInNewContext } from "node:vm";

const preload = new URL("../../../infra/require-node.js", import.meta.url);

/** What the preload says and does under a Node of this version. */
function under(version: string): { readonly said: readonly string[]; readonly exit: number | undefined } {
  const said: string[] = [];
  const exits: number[] = [];
  const fake = { versions: { node: version }, exit: (code: number) => exits.push(code) };
  runInNewContext(readFileSync(preload, "utf8"), {
    process: fake,
    console: { error: (text: string) => said.push(text) },
  });
  return { said, exit: exits[0] };
}

describe("the preload of every npm script", () => {
  it("ends a Node that is too old with one sentence that names both versions", () => {
    const { said, exit } = under("20.20.2");
    assert.equal(exit, 1);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^Hookline needs Node 24 or newer, this is 20\.20\.2: .+\.$/);
  });

  it("lets Node 24 and later pass in silence", () => {
    for (const version of ["24.0.0", "26.10.0"]) assert.deepEqual(under(version), { said: [], exit: undefined });
  });

  it("is loaded by every npm script that runs node, and by the CDK app", () => {
    const { scripts } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
    const { app } = JSON.parse(readFileSync(new URL("../../../cdk.json", import.meta.url), "utf8"));
    for (const command of [...Object.values<string>(scripts), app].filter((found) => found.startsWith("node "))) {
      assert.ok(command.startsWith("node --import ./infra/require-node.js "), command);
    }
  });

  it("stops the system's own Node, where that is too old", (t) => {
    const system = spawnSync("/usr/bin/node", ["--version"], { encoding: "utf8" });
    if (system.error !== undefined || Number(system.stdout.slice(1).split(".")[0]) >= 24) return t.skip("none is here");
    const args = ["--import", preload.href, new URL("../operate/cli/hookline.ts", preload).href, "start"];
    const { status, stderr } = spawnSync("/usr/bin/node", args, { encoding: "utf8", env: { PATH: process.env.PATH } });
    assert.equal(status, 1);
    assert.match(stderr, /^Hookline needs Node 24 or newer/);
  });
});
