import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { providers } from "../../lambdas/providers/mod.ts";
import { createProject, runtimes } from "./project.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8"));
const source = read("package.json");
const project = createProject();
after(() => project.remove());
const installed = join(project.folder, "node_modules/@hookline/hookline");
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const consumer = (name: string) => readFileSync(new URL(`consumer/${name}.ts`, import.meta.url), "utf8");

describe("the published package", () => {
  it("has no dependencies: every import is an optional peer, at the version pinned here or newer", () => {
    for (const field of ["dependencies", "devDependencies", "optionalDependencies", "scripts", "private"])
      assert.equal(manifest[field], undefined, field);
    const peers = Object.entries(manifest.peerDependencies);
    assert.deepEqual(Object.keys(manifest.peerDependenciesMeta), Object.keys(manifest.peerDependencies));
    for (const [name, range] of peers) {
      // Stand-ins are repaired from within: another version may be built differently.
      const isExact = ["dynalite", "fauxqs"].includes(name);
      assert.equal(range, `${isExact ? "" : "^"}${source.dependencies[name] ?? source.devDependencies[name]}`);
      assert.deepEqual(manifest.peerDependenciesMeta[name], { optional: true });
    }
    assert.ok(peers.length >= 6);
  });

  it("has keywords, a program, and no address that does not exist", () => {
    assert.ok(manifest.keywords.includes("webhooks"));
    assert.deepEqual(Object.keys(manifest.bin), ["hookline"]);
    for (const field of ["repository", "homepage", "bugs"]) assert.equal(manifest[field], source[field], field);
  });

  it("has a README without a dead link, and without pictures that are not there", () => {
    const readme = readFileSync(join(installed, "README.md"), "utf8");
    assert.doesNotMatch(readme, /^!/m);
    const links = readme.matchAll(/\]\(([^)\s]+)\)/g);
    const inPackage = Array.from(links, ([, target = ""]) => target).filter((target) => !/^(https?:|#)/.test(target));
    const dead = inPackage.filter((target) => !existsSync(join(installed, target.replace(/#.*/, ""))));
    assert.deepEqual(dead, []);
  });

  it("has the entry points of the sources, each with its types", () => {
    const { "./package.json": itself, "./require-node": preload, ...entryPoints } = manifest.exports;
    assert.equal(preload, "./operate/cli/require-node.js");
    assert.ok(project.built.files.has("operate/cli/require-node.js"));
    assert.equal(itself, "./package.json");
    assert.deepEqual(Object.keys(entryPoints), Object.keys(source.exports));
    for (const { types, default: code } of Object.values<{ readonly types: string; readonly default: string }>(
      entryPoints,
    )) {
      assert.ok(readFileSync(join(installed, types), "utf8").length > 0);
      assert.ok(readFileSync(join(installed, code), "utf8").length > 0);
    }
  });

  it("holds JavaScript, its types, README and LICENSE, and nothing else", (t) => {
    const { files } = project.built;
    const code = /^((lambdas|infra)\/[\w./-]+\.(js|d\.ts)|(local|operate)\/[\w./-]+\.js)$/;
    const samples = /^lambdas\/providers\/samples\/[\w-]+\/[\w./=-]+\.(json|form)$/;
    const others = [...files.keys()].filter((path) => !code.test(path) && !samples.test(path));
    assert.deepEqual(others, [
      "LICENSE",
      "README.md",
      ...["README.md", "deployer.json", "eraser.json", "operator.json", "viewer.json"].map(
        (name) => `docs/iam/${name}`,
      ),
      "infra/RUNBOOK.md",
      "infra/build/deno-layer/bootstrap",
      "operate/page/page.css",
      "package.json",
    ]);
    const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
    t.diagnostic(`${files.size} files, ${Math.ceil(bytes / 1024)} KiB`);
    assert.ok(files.size < 900, `${files.size} files`);
    assert.ok(bytes < 2000 * 1024, `${bytes} bytes`);
  });

  it("is accepted by deno publish, as sources, so that each module declares its own types", () => {
    const { include, exclude }: Record<"include" | "exclude", readonly string[]> = read("deno.json").publish;
    assert.equal(read("tsconfig.package.json").compilerOptions.isolatedDeclarations, true);
    const names = (patterns: readonly string[]) =>
      new RegExp(`^(${patterns.map((one) => one.replaceAll(".", "\\.").replaceAll("*", "[^/]+")).join("|")})(/|$)`);
    const sources = ["lambdas", "infra"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
        (path) => `${folder}/${path.replaceAll("\\", "/")}`,
      ),
    );
    const published = sources.filter(
      (path) => /\.ts$/.test(path) && names(include).test(path) && !names(exclude).test(path),
    );
    const code = [...project.built.files.keys()].filter((path) =>
      /^(lambdas|infra)\/.+(?<!^infra\/build\/deno-layer\/\w+)\.js$/.test(path),
    );
    assert.deepEqual(published.sort(), code.map((path) => path.replace(/js$/, "ts")).sort());
  });

  it("is packed whole", (t) => {
    if (project.tarball === undefined) return t.skip("there is no npm");
    const { files, size } = project.tarball;
    t.diagnostic(`a tarball of ${Math.ceil(size / 1024)} KiB`);
    assert.deepEqual(files.map(({ path }) => path).sort(), [...project.built.files.keys()].sort());
    assert.ok(size < 620 * 1024, `${size} bytes`);
  });
});

for (const runtime of runtimes) {
  describe(`installed, under ${runtime}`, () => {
    it("verifies, deduplicates, enqueues and refuses, with no other package there", () => {
      const { stdout, said } = project.run(consumer("receive"), runtime);
      assert.ok(stdout.startsWith("{"), said);
      assert.deepEqual(JSON.parse(stdout), {
        answers: ["200 accepted", "200 duplicate", "401 signature-wrong"],
        sent: ["github-push demo"],
        providers: Object.keys(providers).length,
      });
    });

    it("opens its middleware with no other package there, and none that is not an entry point", () => {
      const { stdout, said } = project.run(
        `import * as opened from "@hookline/hookline/middleware"; console.log(Object.keys(opened).join());`,
        runtime,
      );
      assert.equal(stdout.trim(), "dedupe,httpDelivery,verification", said);
      const inside = project.run(`import "@hookline/hookline/lambdas/core/verify.js";`, runtime);
      assert.notEqual(inside.status, 0);
      assert.match(inside.said, /ERR_PACKAGE_PATH_NOT_EXPORTED/);
    });
  });
}

describe("installed, for the compiler", () => {
  for (const resolution of ["nodenext", "bundler"] as const) {
    it(`has types that need no others, by ${resolution}, and that refuse wrong code`, () => {
      assert.equal(project.check(resolution, ["receive.ts"]), "");
      project.run('import { answer } from "@hookline/hookline"; answer({ kind: "lost" });');
      assert.match(
        project.check(resolution, ["run.ts"]),
        /^run\.ts\(1,\d+\): error TS2322: [^\n]+"lost"[^\n]+\n[^\n]*$/,
      );
    });
  }
});

if ("Deno" in globalThis) {
  it("has types that pass deno check, and that refuse wrong code", () => {
    assert.equal(project.check("deno", ["receive.ts"]), "");
    project.run('import { answer } from "@hookline/hookline"; answer({ kind: "lost" });');
    assert.match(project.check("deno", ["run.ts"]), /TS2322.*"lost"/s);
  });
}

describe("installed beside its peers", () => {
  const peers = Object.keys(manifest.peerDependencies);
  const opens = 'import * as opened from "@hookline/hookline/aws"; console.log(Object.keys(opened).join());';

  it("opens its AWS entry point with the clients of DynamoDB, SQS and Secrets Manager, and not without", () => {
    const without = project.run(opens);
    assert.notEqual(without.status, 0);
    assert.match(without.said, /@aws-sdk\/client-/);
    project.install(peers.filter((name) => /dynamodb|sqs|secrets/.test(name)));
    const { stdout, said } = project.run(opens);
    for (const name of ["createDedupeTable", "createProcessingTable", "fromHttpEvent", "fromSqsEvent"])
      assert.ok(stdout.split(",").includes(name), said);
  });

  it("makes a Lambda of one's own, under every runtime", () => {
    project.install(peers.filter((name) => !/dynamodb|sqs|secrets|esbuild/.test(name)));
    for (const runtime of runtimes) {
      const { stdout, said } = project.run(consumer("lambda"), runtime);
      assert.ok(stdout.startsWith("{"), said);
      assert.deepEqual(JSON.parse(stdout), { statusCode: 401, error: "signature-missing" });
    }
  });

  it("names the package that bundling needs, with the line that installs it", () => {
    const { status, said } = project.run(consumer("app"));
    assert.notEqual(status, 0);
    assert.match(
      said,
      /Cannot bundle the functions: esbuild is not installed; npm install --save-dev esbuild@\d+\.\d+\.\d+$/m,
    );
    project.install(["esbuild"]);
  });

  it("makes a CDK app of one's own, under every runtime", () => {
    for (const runtime of runtimes) {
      const { stdout, said } = project.run(consumer("app"), runtime);
      assert.ok(stdout.startsWith("{"), said);
      assert.deepEqual(JSON.parse(stdout), { pipelines: ["github/push"], sources: { github: "github" } });
      const processor = readFileSync(join(project.folder, "bundles/processors/github-push/index.mjs"), "utf8");
      assert.match(processor, /It is no push/);
      assert.match(readFileSync(join(project.folder, "cdk.out/Shop.template.json"), "utf8"), /AWS::Lambda::Url/);
    }
  });

  for (const resolution of ["nodenext", "bundler"] as const) {
    it(`has types without a fault of their own, by ${resolution}`, () => {
      const said = project.check(resolution, ["lambda.ts", "app.ts"]).split("\n");
      // Peers ask for types of Node, and Middy for those of a package that it does not bring.
      assert.deepEqual(
        said.filter((line) => /^(lambda\.ts|app\.ts|.*@hookline)/.test(line)),
        [],
      );
    });
  }

  it("adds to a bundle only the parts that are used", async () => {
    const { outputFiles } = await build({
      stdin: { contents: 'export { github } from "@hookline/hookline/providers";', resolveDir: project.folder },
      bundle: true,
      format: "esm",
      platform: "node",
      minify: true,
      write: false,
    });
    await stop();
    const text = outputFiles[0]?.text ?? "";
    assert.match(text, /x-hub-signature-256/);
    assert.doesNotMatch(text, /stripe-signature|x-shopify/);
    assert.ok(text.length < 10_000, `${text.length} bytes`);
  });
});
