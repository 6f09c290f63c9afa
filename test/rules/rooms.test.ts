import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(read("package.json"));
const { tasks }: { readonly tasks: Readonly<Record<string, string>> } = JSON.parse(read("deno.json"));

/** A path that begins so is run by a command of its own. */
const apart = ["local/end-to-end.test.ts", "package/", "rules/examples.test.ts"];

const all = readdirSync(new URL("../", import.meta.url), { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules/"));
const rooms = all.filter((path) => !path.includes("/")).map((path) => path.replace(".test.ts", ""));
const files = all.filter((path) => path.includes("/"));

/** The rooms that a script names: `test/{core,aws}.test.ts`. */
function named(script = ""): readonly string[] {
  return /test\/\{([^}]*)\}\.test\.ts/.exec(script)?.[1]?.split(",") ?? [];
}

/** A task of Deno, and those that it runs. */
function task(name: string): string {
  return (tasks[name] ?? "").replace(/deno task (\S+)/g, (_, other) => task(other));
}

describe("every test file", () => {
  it("is imported by one room, or has a command of its own", () => {
    const imported = rooms.flatMap((room) =>
      Array.from(read(`test/${room}.test.ts`).matchAll(/^import "\.\/(.*)";$/gm), ([, path = ""]) => path),
    );
    const others = files.filter((path) => !apart.some((beginning) => path.startsWith(beginning)));
    assert.ok(others.length > 300);
    assert.deepEqual(imported.toSorted(), others.toSorted());
    for (const beginning of apart) {
      assert.ok(
        Object.values(scripts).some((script) => script.includes(`test/${beginning}`)),
        beginning,
      );
    }
  });

  it("leaves nothing to the tests of all other files in its process: no hook for each test, no mock", () => {
    const hooking = files.filter((path) => /^(before|after)Each\(/m.test(read(`test/${path}`)));
    // Deno does not take back what the `mock` of a test replaced.
    const mocking = files.filter((path) => /\b(t|test|context)\.mock\b/.test(read(`test/${path}`)));
    assert.deepEqual([...hooking, ...mocking], []);
  });

  it("has a server whose answer is awaited by way of answering(), since a client may go before its body was read", () => {
    const sources = readdirSync(new URL("../", import.meta.url), { recursive: true, encoding: "utf8" })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".ts") && !/node_modules\/|^hosts\/apps\/|^answering\.ts$/.test(path));
    const reads =
      /\bawait (?:text|buffer|json)\((?:request|incoming)\)|for await \(const \w+ of (?:request|incoming)\)/;
    const awaiting = sources.filter((path) => {
      const source = read(`test/${path}`);
      return /\bcreateServer\((?!\))/.test(source) && (/createServer\(\s*async/.test(source) || reads.test(source));
    });
    assert.deepEqual(awaiting, []);
  });
});

describe("every room", () => {
  it("is run by one of the two commands, under Node and Deno", () => {
    for (const room of rooms) {
      const commands = ["test", "test:long"].filter((command) => named(scripts[command]).includes(room));
      assert.equal(commands.length, 1, `${room} is run by ${commands.join(" and ") || "none"}`);
      for (const command of commands) assert.ok(task(command).includes(` test/${room}.test.ts`), `${room} in Deno`);
    }
  });
});
