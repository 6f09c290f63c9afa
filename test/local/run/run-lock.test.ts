import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { lockRun } from "../../../local/run-lock.ts";

const underDeno = "Deno" in globalThis;

describe("the lock of a local run", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hookline-lock-"));
    path = join(folder, "lock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is held by one run at a time, and says by which", () => {
    const unlock = lockRun(folder);
    assert.equal(readFileSync(path, "utf8"), `${process.pid}\n`);
    const held = { name: "TypeError", message: new RegExp(`^Cannot start: the local run with pid ${process.pid} `) };
    assert.throws(() => lockRun(folder), held);
    unlock();
    unlock();
    lockRun(folder)();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is refused while another process lives, and taken over once it is gone", async () => {
    const args = underDeno ? ["eval", "setInterval(() => {}, 1000)"] : ["-e", "setInterval(() => {}, 1000)"];
    const other = spawn(process.execPath, args, { stdio: "ignore" });
    await once(other, "spawn");
    const gone = once(other, "exit");
    writeFileSync(path, `${other.pid}\n`);
    assert.throws(() => lockRun(folder), new RegExp(`pid ${other.pid} holds .* kill ${other.pid}`));
    assert.equal(readFileSync(path, "utf8"), `${other.pid}\n`);
    other.kill("SIGKILL");
    await gone;
    const unlock = lockRun(folder);
    assert.deepEqual(readdirSync(folder), ["lock"]);
    unlock();
  });

  it("is taken over where it has our own pid from an earlier process, or none", () => {
    for (const left of [`${process.pid}\n`, "", "no pid", "-1"]) {
      writeFileSync(path, left);
      lockRun(folder)();
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});
