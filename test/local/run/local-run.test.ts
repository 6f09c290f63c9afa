import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { readLocalRun, removeLocalRun, writeLocalRun } from "../../../local/local-run.ts";
import { localRun } from "../../operate/stage-fixture.ts";

const sources = { github: { provider: "github", url: "http://127.0.0.1:1/github", secret: "s", queues: {} } };
const run = localRun({ table: "table", sources });

describe("local.json", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hookline-run-"));
    path = join(folder, "local.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is read as it was written", () => {
    writeLocalRun(run, folder);
    assert.deepEqual(readLocalRun(folder), run);
  });

  it("names no run that was killed, since other programs may have its ports by now", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeLocalRun({ ...run, pid }, folder);
    assert.equal(readLocalRun(folder), undefined);
  });

  it("is readable by its owner alone: it holds secrets", { skip: process.platform === "win32" }, () => {
    writeLocalRun(run, folder);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("is readable by its owner alone, whatever file was there before", { skip: process.platform === "win32" }, () => {
    for (const name of ["local.json", "local.json.new"]) {
      writeFileSync(join(folder, name), "{}");
      chmodSync(join(folder, name), 0o644);
    }
    writeLocalRun(run, folder);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("replaces the one before by a rename, so that no reader sees a half", {
    skip: process.platform === "win32",
  }, () => {
    writeFileSync(path, "before");
    const reader = openSync(path, "r");
    try {
      writeLocalRun(run, folder);
      assert.equal(readFileSync(reader, "utf8"), "before");
    } finally {
      closeSync(reader);
    }
    assert.deepEqual(readdirSync(folder), ["local.json"]);
  });

  it("is removed by the process that wrote it, and by no other", () => {
    writeLocalRun(run, folder);
    removeLocalRun(process.pid + 1, folder);
    assert.ok(existsSync(path));
    removeLocalRun(process.pid, folder);
    assert.ok(!existsSync(path));
    removeLocalRun(process.pid, folder);
  });

  it("is no run where it is missing or damaged", () => {
    assert.equal(readLocalRun(folder), undefined);
    writeFileSync(path, '{"pid":');
    assert.equal(readLocalRun(folder), undefined);
    assert.equal(readLocalRun(join(folder, "nowhere")), undefined);
  });
});
