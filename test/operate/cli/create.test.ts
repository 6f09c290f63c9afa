import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../../../operate/scaffold/files.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["--import", `${root}infra/require-node.js`];
const top = mkdtempSync(join(tmpdir(), "hookline-create-"));
after(() => rmSync(top, { recursive: true, force: true }));
const tarball = join(top, "hookline.tgz");
writeFileSync(tarball, "");

function create(folder: string) {
  const args = [...runtime, `${root}operate/cli/create-bin.ts`, folder, "--name", "hooks", "--package", tarball];
  return spawnSync(process.execPath, args, { cwd: top, encoding: "utf8", timeout: 50_000 });
}

describe("a project in a folder that cannot be made", () => {
  it("below /proc is refused in a sentence", { skip: process.platform !== "linux" }, () => {
    const { status, stdout, stderr } = create("/proc/hooks");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^Cannot write [\w./-]+: ENOENT; see that its folder can be made, and be written to\n$/);
  });

  it("behind a link to nothing, or below a file, is refused in a sentence", () => {
    symlinkSync(join(top, "nothing"), join(top, "link"));
    for (const folder of ["link", "link/hooks", "hookline.tgz/hooks"]) {
      const { status, stderr } = create(folder);
      assert.equal(status, 1, folder);
      assert.match(stderr, /^Cannot write [\w./-]+: \w+; see that its folder can be made, and be written to\n$/);
    }
    assert.deepEqual(readdirSync(top).sort(), ["hookline.tgz", "link"]);
  });
});

describe("a folder that is made", () => {
  it("is named with those above it, the outermost first, and not at all where it is there", () => {
    const [first, second] = [join(top, "one"), join(top, "one/two")];
    assert.deepEqual(makeFolder(second), [first, second]);
    assert.deepEqual(makeFolder(second), []);
  });
});
