import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { apart, roomOf, rooms, testFiles } from "../together.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(read("package.json"));
const { tasks }: { readonly tasks: Readonly<Record<string, string>> } = JSON.parse(read("deno.json"));

describe("every test file", () => {
  const files = testFiles();

  it("lies in a room, or has a command of its own", () => {
    assert.ok(files.length > 300);
    assert.deepEqual(
      files.filter((path) => roomOf(path) === undefined),
      [],
    );
    assert.equal(roomOf("operate/cli/new.test.ts"), "starts");
    assert.equal(roomOf("operate/why/explain.test.ts"), "operate");
    for (const beginning of apart) {
      const run = Object.values(scripts).filter((script) => script.includes(`test/${beginning}`));
      assert.ok(run.length > 0, beginning);
    }
  });

  it("leaves nothing to the tests of all other files in its process: no hook for each test, no mock", () => {
    const found = files.filter((path) => /^(before|after)Each\(/m.test(read(`test/${path}`)));
    assert.deepEqual(found, []);
    // Deno does not take back what the `mock` of a test replaced.
    const mocking = files.filter((path) => /\b(t|test|context)\.mock\b/.test(read(`test/${path}`)));
    assert.deepEqual(mocking, []);
  });
});

describe("every room", () => {
  it("has its file, and is run by one of the two commands", () => {
    const files = readdirSync(new URL("../", import.meta.url)).filter((name) => name.endsWith(".test.ts"));
    const names = Object.keys(rooms);
    assert.deepEqual(files.sort(), names.map((name) => `${name}.test.ts`).sort());
    for (const name of names) {
      assert.ok(read(`test/${name}.test.ts`).includes(`await together("${name}");`), name);
      const commands = ["test", "test:long"].filter((command) => runs(scripts[command]).includes(name));
      assert.equal(commands.length, 1, `${name} is run by ${commands.join(" and ") || "none"}`);
      for (const command of commands) assert.ok(tasks[command]?.includes(` test/${name}.test.ts`), `${name} in Deno`);
      assert.ok(
        testFiles().some((path) => roomOf(path) === name),
        name,
      );
    }
  });
});

/** The rooms that a script names: `test/{core,aws}.test.ts`. */
function runs(script = ""): readonly string[] {
  return /test\/\{([^}]*)\}\.test\.ts/.exec(script)?.[1]?.split(",") ?? [];
}
