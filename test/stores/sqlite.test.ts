import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSqliteStores } from "../../lambdas/stores/sqlite.ts";
import { storesContract } from "../contract/stores.ts";
import { testSweep } from "../contract/sweep.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-sqlite-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Stores on a file, and their connection. */
function open(name: string) {
  const database = new DatabaseSync(join(folder, name));
  return { database, close: () => database.close(), ...createSqliteStores(database) };
}

storesContract("SQLite in a file", () => open("contract.db"));
storesContract("SQLite in memory", () => createSqliteStores(new DatabaseSync(":memory:")));

const record = (owner: string) =>
  ({ state: "received", owner, bodyHash: "", at: new Date(), expires: new Date(Date.now() + 60_000) }) as const;

describe("SQLite", () => {
  it("keeps its records over a restart, in a file with a write-ahead log", async () => {
    const first = open("restart.db");
    await first.dedupe.claim("github#kept", record("mine"));
    first.close();
    const second = open("restart.db");
    assert.equal((await second.dedupe.read("github#kept"))?.owner, "mine");
    assert.equal(second.database.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
    assert.equal(second.database.prepare("PRAGMA synchronous").get()?.synchronous, 2, "a write is on the disk");
    second.close();
  });

  it("waits for a file that another process has locked while other calls are served, and reads meanwhile", async () => {
    const { dedupe, close } = open("locked.db");
    const other = new DatabaseSync(join(folder, "locked.db"));
    other.exec("BEGIN IMMEDIATE");
    const claimed = dedupe.claim("github#locked", record("mine"));
    assert.equal(await dedupe.read("github#locked"), undefined);
    other.exec("ROLLBACK");
    assert.deepEqual(await claimed, { won: true });
    other.close();
    close();
  });

  it("is created while another process has locked the file, and has its tables once the lock is released", async () => {
    const other = new DatabaseSync(join(folder, "made.db"));
    other.exec("BEGIN EXCLUSIVE; CREATE TABLE theirs (id TEXT)");
    const { dedupe, database, close } = open("made.db");
    const claimed = dedupe.claim("github#made", record("mine"));
    await new Promise((resolve) => setImmediate(resolve));
    other.exec("COMMIT");
    assert.deepEqual(await claimed, { won: true });
    assert.equal(database.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
    other.close();
    close();
  });

  it("rejects a call when the file is locked for longer than it waits", async () => {
    const database = new DatabaseSync(join(folder, "locked-on.db"), { timeout: 7 });
    const { dedupe } = createSqliteStores(database, { lockMilliseconds: 50 });
    assert.equal(database.prepare("PRAGMA busy_timeout").get()?.timeout, 7);
    const other = new DatabaseSync(join(folder, "locked-on.db"));
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(dedupe.claim("github#locked", record("mine")), { message: "database is locked" });
    other.exec("ROLLBACK");
    assert.deepEqual(await dedupe.claim("github#locked", record("mine")), { won: true });
    other.close();
    database.close();
  });

  it("rejects when its database is closed, or the time of the call is up", async () => {
    const { dedupe, processing, close } = open("closed.db");
    const late = AbortSignal.abort(new Error("late"));
    await assert.rejects(dedupe.claim("github#late", record("mine"), late), { message: "late" });
    await assert.rejects(dedupe.mark("github#late", { owner: "mine", expires: new Date(), sent: new Date() }, late), {
      message: "late",
    });
    assert.equal(await dedupe.read("github#late"), undefined);
    close();
    await assert.rejects(dedupe.claim("github#x", record("mine")));
    await assert.rejects(dedupe.reopen("github#x", new Date()));
    await assert.rejects(processing.end("p#x", "mine", { state: "done", messageId: "1", expires: new Date() }));
  });

  it("lets one of two processes win each event of one file, which both have made", async () => {
    const program = fileURLToPath(new URL("sqlite-rival.ts", import.meta.url));
    const runner = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["--no-warnings"];
    const claimAll = async (name: string, other: string) => {
      const given = [...runner, program, join(folder, "rivals.db"), name, other, "60"];
      const { stdout } = await promisify(execFile)(process.execPath, given, { timeout: 60_000 });
      return JSON.parse(stdout) as Record<"ingress" | "processing", readonly string[]>;
    };
    const [one, two] = await Promise.all([claimAll("one", "two"), claimAll("two", "one")]);
    const { dedupe, close } = open("rivals.db");
    for (const kind of ["ingress", "processing"] as const) {
      assert.ok(one[kind].length > 0 && two[kind].length > 0, "the two never met");
      const won = [...one[kind], ...two[kind]].map(Number).sort((a, b) => a - b);
      assert.deepEqual(
        won,
        Array.from({ length: 60 }, (_, index) => index),
      );
    }
    for (const key of one.ingress) assert.equal((await dedupe.read(`github#${key}`))?.owner, "one");
    for (const key of two.ingress) assert.equal((await dedupe.read(`github#${key}`))?.owner, "two");
    close();
  });

  const swept = new DatabaseSync(":memory:");
  testSweep(() => createSqliteStores(swept));
});
