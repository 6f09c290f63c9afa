import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { listEventFiles } from "../../../infra/build/event-files.ts";
import { readPipelines } from "../../../infra/build/pipelines-file.ts";
import { exampleEvents, exampleFiles } from "../../../operate/scaffold/examples.ts";
import { lacking } from "../../shipped-event.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const isDeno = "Deno" in globalThis;
const names = Object.keys(exampleEvents);
let copy: string;

/** Runs a program of the copy, with an answer to its question. */
function run(answer: string, ...program: readonly string[]) {
  const flags = isDeno ? ["run", "-A", "--no-check"] : ["--import", "./infra/require-node.js"];
  const { CI: _, ...env } = process.env;
  return spawnSync(process.execPath, [...flags, ...program], { cwd: copy, encoding: "utf8", input: answer, env });
}

const examples = (answer: string, ...args: readonly string[]) =>
  run(answer, "operate/cli/hookline.ts", "examples", ...args);
const events = () => listEventFiles(join(copy, "lambdas/events")).map(({ name }) => name);
const tests = () => listEventFiles(join(copy, "lambdas/events")).map(({ name }) => exampleFiles(name)[1]);
const rows = () =>
  readFileSync(join(copy, "docs/using.md"), "utf8").match(/(?<=\(\.\.\/lambdas\/events\/)[^)\n]+(?=\.ts\))/g) ?? [];

describe("examples", { skip: names.map(lacking).find((reason) => reason !== false) ?? false }, () => {
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "hookline-examples-"));
    for (const path of [
      "lambdas",
      "infra",
      "local",
      "operate",
      "test/events",
      "docs/using.md",
      "package.json",
      "deno.json",
      "cdk.json",
    ]) {
      cpSync(join(root, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  it("removes event files, tests, lines and rows in one step, but for those of a source that is kept", () => {
    const { status, stdout, stderr } = examples("", "remove", "--keep", "github", "--yes");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^- whop\/payment\.succeeded$/m);
    assert.match(stdout, /^Removed 16\. Next: /m);
    assert.deepEqual(events(), ["github/push"]);
    assert.ok(tests().every((file) => existsSync(join(copy, file))));
    assert.ok(!existsSync(join(copy, "test/events/whop")), "no empty folder stays");
    assert.deepEqual(Object.keys(readPipelines(join(copy, "infra/pipelines.json"))), ["github/push"]);
    assert.deepEqual(rows(), ["github/push"]);

    const synth = run("", "infra/app.ts");
    assert.equal(synth.status, 0, synth.stderr);
    assert.ok(existsSync(join(copy, "cdk.out/Hookline-dev.template.json")));
  });

  it("removes no event of one's own, nor an example that was changed", () => {
    const own = join(copy, "lambdas/events/stripe/charge.failed.ts");
    cpSync(join(copy, "lambdas/events/stripe/invoice.paid.ts"), own);
    appendFileSync(join(copy, "lambdas/events/generic/_other.ts"), "// Mine.\n");
    appendFileSync(join(copy, "test/events/whatalo/order.created.test.ts"), "// Mine.\n");
    const crlf = join(copy, "lambdas/events/whop/member.created.ts");
    writeFileSync(crlf, readFileSync(crlf, "utf8").replaceAll("\n", "\r\n"));

    const { status, stdout } = examples("yes\n", "remove");
    assert.equal(status, 0);
    assert.match(stdout, /^ {2}generic\/_other {2}changed since it came with Hookline: it stays$/m);
    assert.deepEqual(events(), ["generic/_other", "stripe/charge.failed", "whatalo/order.created"]);
    assert.ok(existsSync(join(copy, "test/events/whatalo/order.created.test.ts")));
  });

  it("asks first, and removes nothing without a yes", () => {
    for (const answer of ["", "no\n"]) {
      const { status, stdout, stderr } = examples(answer, "remove");
      assert.equal(status, 1);
      assert.match(stderr, /^Remove these 17 examples\? Only while no stage is deployed: .+ \[y\/N\]\n$/);
      assert.match(stdout, /Nothing was removed\.\n$/);
    }
    assert.deepEqual(events(), [...names].sort());
    assert.equal(rows().length, names.length);
  });

  it("removes nothing while infra/pipelines.json cannot be read", () => {
    writeFileSync(join(copy, "infra/pipelines.json"), "<<<<<<< HEAD\n");
    const { status, stderr } = examples("", "remove", "--yes");
    assert.equal(status, 1);
    assert.match(stderr, /^Cannot read .+pipelines\.json: .+\n$/);
    assert.equal(events().length, names.length);
  });

  it("takes a source of the examples alone, and names the nearest", () => {
    const { status, stderr } = examples("", "remove", "--keep", "githib", "--yes");
    assert.equal(status, 2);
    assert.match(stderr, /received "githib"; did you mean github\?/);
    assert.equal(events().length, names.length);
  });

  it("leaves a project that runs without any event", () => {
    assert.equal(examples("", "remove", "--yes").status, 0);
    assert.deepEqual(events(), []);
    assert.ok(existsSync(join(copy, "lambdas/events/.gitkeep")), "git keeps the folder");
    assert.match(run("", "operate/cli/hookline.ts", "sources").stdout, /^There is no source yet: /);
    assert.match(examples("", "remove").stdout, /^There is no example to remove\.$/m);
  });
});
