import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { checkUnpackedSize, denoPackages, prepareDenoLayer } from "../../infra/build/deno-runtime.ts";
import { createLambdaFunction } from "../../local/lambda/lambda-runtime.ts";
import { layerArn, local, readStack } from "../../local/template.ts";
import { eventFile, only, resources, synthesize } from "./stack-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-deno-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

/** Why the layer's binary cannot be had or run here; false where it can. */
function missing(): string | false {
  if (process.platform !== "linux") return "the layer is for Linux";
  try {
    execFileSync("npm", ["--version"], { stdio: "ignore" });
    execFileSync("tar", ["--version"], { stdio: "ignore" });
    return false;
  } catch {
    return "npm or tar is not on the path";
  }
}

describe("the layer that brings Deno", () => {
  it("names the remedy where its binary cannot be fetched, and leaves no partial file", () => {
    const pack = () => {
      throw new Error("npm is not there\nmore");
    };
    const at = join(folder, "none");
    assert.throws(() => prepareDenoLayer("arm64", at, pack), {
      name: "TypeError",
      message: `Cannot make the Deno layer: @deno/linux-arm64-glibc@2.9.5 could not be fetched by npm (npm is not there); put its \`deno\` into ${join(at, "arm64-2.9.5/bin")} from a machine that can, or leave out \`runtime\``,
    });
    assert.ok(!existsSync(join(at, "arm64-2.9.5")));
  });

  it("refuses a binary with another hash", () => {
    const at = join(folder, "other");
    const binary = join(at, "arm64-2.9.5/bin/deno");
    mkdirSync(join(binary, ".."), { recursive: true });
    writeFileSync(binary, "another");
    assert.throws(() => prepareDenoLayer("arm64", at, assert.fail), {
      name: "TypeError",
      message:
        /^Cannot make the Deno layer: .*bin\/deno has the SHA-256 [0-9a-f]{64}, expected was e1a70c5e.*; delete it$/,
    });
  });

  it("is counted with a function against what Lambda takes unpacked", () => {
    const [bundle, layer] = [join(folder, "bundle"), join(folder, "layer")];
    for (const [one, bytes] of [
      [bundle, 62_144_000],
      [layer, 200_000_000],
    ] as const) {
      mkdirSync(join(one, "bin"), { recursive: true });
      writeFileSync(join(one, "bin/file"), "");
      truncateSync(join(one, "bin/file"), bytes);
    }
    checkUnpackedSize(bundle, layer);
    writeFileSync(join(bundle, "more"), "1");
    assert.throws(() => checkUnpackedSize(bundle, layer), {
      name: "RangeError",
      message: /with the Deno layer it has 262144001 bytes unpacked, Lambda takes 262144000; bundle less/,
    });
  });
});

describe("a stage whose runtime is Deno", { skip: missing() }, () => {
  it("has its functions on the layer, of its architecture, and finds them in a local run", () => {
    const app = synthesize([eventFile("github/push")], ["dev"], { runtime: "deno", architecture });
    const { root, nested, folder: assembly } = app.of("dev");
    const all = readStack(assembly, "Hookline-dev");
    const [, layer] = only(root, "AWS::Lambda::LayerVersion");
    assert.deepEqual(layer.Properties.CompatibleArchitectures, [architecture]);
    assert.equal(layer.Properties.Description, `Deno ${denoPackages[architecture].version}`);
    const functions = all.filter(({ type }) => type === "AWS::Lambda::Function");
    assert.equal(functions.length, 5);
    for (const { id, properties } of functions) {
      assert.equal(properties.Runtime, "provided.al2023", id);
      assert.deepEqual(properties.Architectures, [architecture], id);
      const [arn = ""] = properties.Layers as readonly string[];
      assert.ok(arn.startsWith(`arn:aws:lambda:${local.region}:${local.account}:layer:Hookline-dev-Deno`), arn);
    }
    const made = all.find(({ type }) => type === "AWS::Lambda::LayerVersion");
    assert.ok(made?.asset !== undefined && statSync(join(made.asset, "bootstrap")).mode & 0o100);
    assert.equal(resources([root, ...nested], "AWS::Lambda::LayerVersion").length, 1);
    assert.match(layerArn("a"), /:layer:a:1$/);
    app.remove();
  });

  it("runs a function by the layer's bootstrap: result, error, memory and permissions", async () => {
    const layer = prepareDenoLayer(architecture);
    const directory = join(folder, "function");
    mkdirSync(directory);
    const source = `import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
const denied = (run) => { try { run(); return false; } catch (error) { return error.name; } };
export const handler = async (event, context) => {
  if (event.fail) throw new TypeError("asked to fail");
  return {
    deno: Deno.version.deno, name: context.functionName, left: context.getRemainingTimeInMillis() > 0,
    run: denied(() => { const { error } = spawnSync("ls"); if (error) throw error; }),
    writes: [denied(() => writeFileSync("/opt-not", "")), denied(() => writeFileSync("/tmp/hookline-deno-runtime", ""))],
  };
};\n`;
    writeFileSync(join(directory, "index.mjs"), source);
    const lines: string[] = [];
    const lambda = createLambdaFunction(
      {
        ...{
          name: "denoed",
          directory,
          entry: "index.handler",
          timeoutSeconds: 20,
          memoryMegabytes: 512,
          environment: {},
        },
        bootstrap: join(layer, "bootstrap"),
      },
      { log: ({ text }) => lines.push(text) },
    );
    try {
      const first = await lambda.invoke({});
      assert.ok(first.ok, lines.join("\n"));
      const { run, writes, ...rest } = first.payload as { readonly run: string; readonly writes: readonly unknown[] };
      assert.deepEqual(rest, { deno: denoPackages[architecture].version, name: "denoed", left: true });
      assert.notEqual(run, false);
      assert.notEqual(writes[0], false);
      assert.equal(writes[1], false);
      const failed = await lambda.invoke({ fail: true });
      assert.ok(!failed.ok && failed.errorType === "TypeError" && failed.errorMessage === "asked to fail");
      assert.equal(lambda.pids().length, 1);
    } finally {
      await lambda.close();
      rmSync("/tmp/hookline-deno-runtime", { force: true });
    }
  });
});

describe("the files of a layer beside Deno", () => {
  it("are a bootstrap that does not permit programs, native code or the fetching of code", () => {
    const text = readFileSync(new URL("../../infra/build/deno-layer/bootstrap", import.meta.url), "utf8");
    assert.deepEqual(
      [...text.matchAll(/--(allow-[a-z]+(?:=\S+)?|no-[a-z]+)/g)].map(([, flag]) => flag).sort(),
      "allow-env allow-net allow-read allow-sys allow-write=/tmp no-config no-lock no-npm no-prompt no-remote".split(
        " ",
      ),
    );
  });
});
