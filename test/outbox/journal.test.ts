import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { createMemoryJournal, type Journal } from "../../lambdas/outbox/journal.ts";
import { openJournal } from "../../lambdas/outbox/journal-file.ts";

type Entry = { readonly text: string };

const folder = join(mkdtempSync(join(tmpdir(), "hookline-journal-")), "not-there-yet");
const set = process.env.EFFECTS_FOLDER;
before(() => {
  process.env.EFFECTS_FOLDER = folder;
});
after(() => {
  if (set === undefined) delete process.env.EFFECTS_FOLDER;
  else process.env.EFFECTS_FOLDER = set;
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

const lines = (name: string) =>
  readFileSync(join(folder, `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const journals: Readonly<Record<string, () => { journal: Journal<Entry>; read: () => unknown[] }>> = {
  memory: () => {
    const journal = createMemoryJournal<Entry>();
    return { journal, read: () => [...journal.entries] };
  },
  "a file": () => {
    const name = crypto.randomUUID();
    return { journal: openJournal<Entry>(name), read: () => lines(name).map(({ key: _, ...entry }) => entry) };
  },
};

for (const [name, open] of Object.entries(journals)) {
  describe(`a journal in ${name}`, () => {
    it("takes an entry once under its key, and others under theirs", async () => {
      const { journal, read } = open();
      assert.equal(await journal.add({ text: "first ✓\n" }, "a"), true);
      assert.equal(await journal.add({ text: "again" }, "a"), false);
      assert.equal(await journal.add({ text: "second" }, "b"), true);
      assert.deepEqual(read(), [{ text: "first ✓\n" }, { text: "second" }]);
    });

    it("takes one of fifty concurrent entries under one key", async () => {
      const { journal, read } = open();
      const added = await Promise.all(Array.from({ length: 50 }, () => journal.add({ text: "same" }, "a")));
      assert.equal(added.filter((was) => was).length, 1);
      assert.equal(read().length, 1);
    });
  });
}

describe("a journal in a file", () => {
  it("has a JSON line per entry with its key, and is read by the next process that opens it", async () => {
    await openJournal<Entry>("outbox").add({ text: "first" }, "a");
    assert.deepEqual(lines("outbox"), [{ key: "a", text: "first" }]);
    assert.equal(await openJournal<Entry>("outbox").add({ text: "again" }, "a"), false);
  });

  it("does not read again what it has read, and reads what another process adds", async () => {
    const [name, journal] = ["tail", openJournal<Entry>("tail")];
    const file = join(folder, `${name}.jsonl`);
    await journal.add({ text: "one ✓" }, "a");
    assert.equal(await journal.add({ text: "again" }, "a"), false);
    writeFileSync(file, readFileSync(file, "utf8").replace('"a"', '"z"'));
    appendFileSync(file, `${JSON.stringify({ key: "b", text: "by another" })}\n`);
    assert.equal(await journal.add({ text: "again" }, "a"), false, "a line that was read is read again");
    assert.equal(await journal.add({ text: "again" }, "b"), false, "the line of another process is not read");
    assert.equal(await journal.add({ text: "new" }, "c"), true);
    assert.deepEqual(
      lines(name).map(({ key }) => key),
      ["z", "b", "c"],
    );
  });

  it("takes an entry anew once it was emptied", async () => {
    const journal = openJournal<Entry>("emptied");
    for (const key of ["a", "b"]) await journal.add({ text: "first" }, key);
    writeFileSync(join(folder, "emptied.jsonl"), "");
    for (const key of ["b", "a"]) assert.equal(await journal.add({ text: "anew" }, key), true);
    assert.equal(lines("emptied").length, 2);
  });

  it("ends a line that a full disk has cut, and takes its entry as not made", async () => {
    const journal = openJournal<Entry>("cut");
    await journal.add({ text: "first" }, "a");
    const file = join(folder, "cut.jsonl");
    const cut = JSON.stringify({ key: "b", text: "second" }).slice(0, -2);
    appendFileSync(file, cut);
    for (const key of ["b", "b", "c"]) await journal.add({ text: "whole" }, key);
    const [first, second, ...rest] = readFileSync(file, "utf8").trimEnd().split("\n");
    assert.deepEqual([first, second], [JSON.stringify({ key: "a", text: "first" }), cut]);
    assert.deepEqual(
      rest.map((line) => JSON.parse(line).key),
      ["b", "c"],
    );
  });

  it("touches no disk before the first entry", () => {
    openJournal<Entry>("untouched");
    assert.equal(existsSync(join(folder, "untouched.jsonl")), false);
  });
});
