import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Bundles, bundle, bundleProcessor, routesOf, verifierEntry } from "../../infra/build/bundle.ts";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { names } from "../../lambdas/aws/env.ts";
import { factsQuestion } from "../../lambdas/aws/facts.ts";
import { eventFile } from "./stack-fixture.ts";

const limit = 400 * 1024;
const folder = mkdtempSync(join(tmpdir(), "hookline-bundle-"));
let bundles: Bundles;

async function bundleInto(name: string, most = Number.POSITIVE_INFINITY, sourceMaps = false): Promise<Bundles> {
  const events = (await readEventFiles()).slice(0, most);
  return await bundle({ events, sources: sourcesOf(events), sourceMaps }, join(folder, name));
}

before(async () => {
  bundles = await bundleInto("first");
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Every file of a folder, by its name, with its text. */
function filesOf(from: string): Readonly<Record<string, string>> {
  const names = readdirSync(from, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => name.endsWith(".mjs"));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(from, name), "utf8")]));
}

/** What a cold start loads: the file and what it imports statically, and what that imports. */
function loaded(path: string, seen = new Map<string, number>()): ReadonlyMap<string, number> {
  if (seen.has(path)) return seen;
  const text = readFileSync(path, "utf8");
  seen.set(path, Buffer.byteLength(text));
  // Minified: `import{a as b}from"./x.mjs";`, `import"./x.mjs";` or `export{a}from"./x.mjs";`, never `import("./x.mjs")`.
  for (const [, file = ""] of text.matchAll(/(?:\bfrom|\bimport)\s*"(\.\/[^"]+)"/g))
    loaded(join(dirname(path), file), seen);
  return seen;
}

const total = (sizes: ReadonlyMap<string, number>) => [...sizes.values()].reduce((sum, size) => sum + size, 0);

describe("the bundles", () => {
  it("load at most 400 KiB at the verifier's cold start", (t) => {
    const sizes = loaded(join(bundles.verifier, "index.mjs"));
    t.diagnostic(`verifier: ${(total(sizes) / 1024).toFixed(1)} KiB in ${sizes.size} files`);
    assert.ok(sizes.size >= 1);
    assert.ok(total(sizes) > 10 * 1024, "the figure is too small to be the AWS SDK");
    assert.ok(total(sizes) <= limit, `${total(sizes)} bytes`);
  });

  it("load at most 400 KiB at any processor's cold start", (t) => {
    for (const [name, from] of Object.entries(bundles.processors)) {
      const sizes = loaded(join(from, "index.mjs"));
      t.diagnostic(`${name}: ${(total(sizes) / 1024).toFixed(1)} KiB in ${sizes.size} files`);
      assert.ok(total(sizes) <= limit, `${name}: ${total(sizes)} bytes`);
    }
  });

  it("are the same to the byte when nothing has changed, and empty their folder first", async () => {
    await bundleInto("second", 1);
    const second = filesOf(join(folder, "second"));
    assert.ok(Object.keys(second).length >= 2);
    const stale = join(folder, "third/verifier/stale.mjs");
    mkdirSync(dirname(stale), { recursive: true });
    writeFileSync(stale, "");
    await bundleInto("third", 1);
    assert.ok("verifier/index.mjs" in filesOf(join(folder, "third")));
    assert.deepEqual(filesOf(join(folder, "third")), second);
  });

  it("have source maps where they are asked for, without the sources' texts, and none otherwise", async () => {
    await bundleInto("mapped", 1, true);
    for (const text of Object.values(filesOf(join(folder, "first")))) assert.ok(!text.includes("sourceMappingURL"));
    for (const [name, text] of Object.entries(filesOf(join(folder, "mapped")))) {
      const [, map = ""] = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(text) ?? [];
      const { sources, sourcesContent } = JSON.parse(Buffer.from(map, "base64").toString());
      assert.ok(Array.isArray(sources) && sourcesContent === undefined, name);
    }
  });

  it("have the columns that their source maps count, though chunks are renamed", async () => {
    const path = join(folder, "push.ts");
    const said = '"A fault that is to be found';
    const core = JSON.stringify(fileURLToPath(new URL("../../lambdas/core/mod.ts", import.meta.url)));
    const code = `import { processor } from ${core};
export default processor({ impact: "None", timeoutSeconds: 1 }, async () => {
  throw new Error(${said}");
});
`;
    writeFileSync(path, code);
    await bundleProcessor({ name: "github/push", path }, join(folder, "positions"));
    const text = readFileSync(join(folder, "positions/index.mjs"), "utf8");
    const [, map = ""] = /base64,([\w+/=]+)\s*$/.exec(text) ?? [];
    const before = text.slice(0, text.indexOf(said)).split("\n");
    const entry = new SourceMap(JSON.parse(Buffer.from(map, "base64").toString())).findEntry(
      before.length - 1,
      before.at(-1)?.length ?? 0,
    );
    assert.ok("originalLine" in entry);
    assert.equal(code.split("\n")[entry.originalLine]?.indexOf(said), entry.originalColumn);
  });

  it("hold no sample, no test, no CDK", () => {
    const samples = new URL("../../lambdas/providers/samples/", import.meta.url);
    const sampleNames = readdirSync(samples, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".json"),
    );
    assert.ok(sampleNames.length > 0);
    for (const [file, text] of Object.entries(filesOf(join(folder, "first")))) {
      for (const name of sampleNames) {
        const words = readFileSync(new URL(name, samples), "utf8").match(/"[^"\\\n]{16,}"/g) ?? [];
        const held = words.filter((word) => text.includes(word.slice(1, -1)));
        assert.ok(words.length === 0 || held.length < words.length, `${file} holds the sample ${name}`);
      }
      for (const word of ["node:test", "node:assert", "aws-cdk-lib", "esbuild"]) {
        assert.ok(!text.includes(word), `${file} holds ${word}`);
      }
    }
  });

  it("load the Secrets Manager client in the verifier alone", () => {
    const texts = (from: string) => Object.values(filesOf(from)).join("");
    assert.match(texts(bundles.verifier), /GetSecretValue/);
    for (const from of Object.values(bundles.processors))
      assert.doesNotMatch(texts(from), /GetSecretValue|SecretsManager/);
  });

  it("have a handler that Node 24 takes for no callback style: two parameters at most; the verifier's says its facts", async () => {
    const set = { AWS_REGION: "us-east-1", ...Object.fromEntries(Object.values(names).map((name) => [name, `"x"`])) };
    const before = { ...process.env };
    Object.assign(process.env, set);
    try {
      for (const from of [bundles.verifier, ...Object.values(bundles.processors)]) {
        const { handler } = await import(pathToFileURL(join(from, "index.mjs")).href);
        assert.equal(typeof handler, "function");
        assert.ok(handler.length <= 2, `${handler.length} parameters`);
      }
      const { handler } = await import(pathToFileURL(join(bundles.verifier, "index.mjs")).href);
      const facts = await handler(factsQuestion, {});
      const events = await readEventFiles();
      assert.deepEqual(facts.routes, routesOf(events));
      assert.deepEqual(facts.sources, sourcesOf(events));
      assert.deepEqual([facts.table, facts.bucket, facts.archive], ['"x"', '"x"', '"x"']);
    } finally {
      for (const name of Object.keys(set)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});

describe("the verifier's entry", () => {
  it("imports the providers of its sources alone, each once, and names the routes", () => {
    const sources = { "github-eu": "github", github: "github" };
    const entry = verifierEntry({ events: [eventFile("github/push")], sources });
    assert.equal(entry.match(/import \{ github \}/g)?.length, 1);
    assert.match(entry, /"github-eu": github, "github": github/);
    assert.ok(entry.includes('routes: [{"source":"github","types":["push"],"queue":"github-push"}]'));
  });

  it("imports a provider by the constant that its file exports", () => {
    const entry = verifierEntry({ events: [], sources: { hotmart: "hotmart-hottok" } });
    assert.match(entry, /import \{ hotmartHottok \} from "[^"]+providers\/hotmart-hottok\.ts"/);
  });
});
