import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

type Texts = Readonly<Record<string, string>>;
type Package = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Texts;
  readonly scripts: Texts;
  readonly dependencies: Texts;
  readonly devDependencies: Texts;
  readonly optionalDependencies?: Texts;
};

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
const npm: Package = read("package.json");
const deno: Pick<Package, "name" | "version" | "license" | "exports"> & { readonly tasks: Texts } = read("deno.json");

const pinned = { ...npm.dependencies, ...npm.devDependencies, ...npm.optionalDependencies };

describe("package.json and deno.json", () => {
  it("have scripts and tasks of the same names", () => {
    assert.deepEqual(Object.keys(npm.scripts).sort(), Object.keys(deno.tasks).sort());
  });

  it("have every script that the documentation names", () => {
    for (const name of [
      "ok",
      "check",
      "lint",
      "fix",
      "test",
      "coverage",
      "start",
      "send",
      "build",
      "synth",
      "deploy",
    ]) {
      assert.ok(Object.hasOwn(npm.scripts, name), name);
    }
  });

  it("have one gate of the same steps in the same order", () => {
    const steps = (text: string | undefined) => (text ?? "").split("&&").map((step) => step.trim().split(" ").at(-1));
    assert.deepEqual(steps(npm.scripts.ok), ["check", "lint", "test", "test:long", "synth"]);
    assert.deepEqual(steps(deno.tasks.ok), steps(npm.scripts.ok));
  });

  it("have the same name, version, licence and entry points", () => {
    for (const field of ["name", "version", "license", "exports"] as const) assert.deepEqual(deno[field], npm[field]);
  });

  it("run the parts of the tests with the least permissions under Deno", () => {
    const parts = Object.entries(deno.tasks).filter(([name]) => name.startsWith("test:") && name !== "test:long");
    const allowed = parts.map(([name, task]) => [
      name,
      Array.from(task.matchAll(/--allow-(\S+)/g), ([, what]) => what),
    ]);
    assert.deepEqual(Object.fromEntries(allowed), {
      "test:core": [],
      "test:providers": ["read=test,lambdas/providers/samples,docs/measured"],
      // The last two are for the embedded DynamoDB that the adapters speak to: it loads LevelDB, native code.
      "test:aws": [
        "env",
        "sys=osRelease",
        "net=127.0.0.1",
        "read=node_modules,/etc/alpine-release",
        "ffi=node_modules",
      ],
      "test:infra": ["read", "write", "env", "sys=homedir"],
      "test:bundle": ["read", "write", "env", "sys=homedir", "run"],
      // One synthesizes a stack.
      "test:examples": ["read", "write", "env", "sys=homedir"],
    });
    for (const [name, task] of parts) assert.doesNotMatch(task, / (-A|--allow-all|-P)\b/, name);
  });

  it("have entry points that exist", () => {
    for (const path of Object.values(npm.exports)) {
      assert.ok(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8").length > 0, path);
    }
  });
});

describe("versions", () => {
  it("are pinned exactly", () => {
    for (const [name, version] of Object.entries(pinned))
      assert.match(version, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, name);
  });

  it("are the same in deno.json's tasks as in package.json", () => {
    const found = Object.values(deno.tasks).flatMap((task) => [
      ...task.matchAll(/npm:((?:@[^/\s]+\/)?[^@/\s]+)@(\S+)/g),
    ]);
    const names = new Set(found.map(([, name]) => name));
    assert.deepEqual([...names].sort(), ["@biomejs/biome", "aws-cdk"]);
    for (const [, name = "", version] of found) assert.equal(version, pinned[name], name);
  });

  it("give every task its package with a version", () => {
    for (const [task, text] of Object.entries(deno.tasks))
      assert.doesNotMatch(text, /npm:(@[^/\s]+\/)?[^@/\s]+(\s|$)/, task);
  });

  it("are one for all clients of the AWS SDK", () => {
    const sdk = Object.entries(pinned).filter(([name]) => name.startsWith("@aws-sdk/"));
    assert.equal(new Set(sdk.map(([, version]) => version)).size, 1);
  });
});
