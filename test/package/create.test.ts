import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { buildCreatePackage, runCompiler } from "../../infra/build/package.ts";
import { createProject, installBuilt, runtimes } from "./project.ts";

const project = createProject();
const top = mkdtempSync(join(tmpdir(), "hookline-create-"));
const place = join(top, "place");
buildCreatePackage(join(top, "package"));
installBuilt(top, place, "create-hookline");
after(() => {
  project.remove();
  rmSync(top, { recursive: true, force: true });
});
const isDeno = (runtime: string) => /deno[^/]*$/.test(runtime);

/** Runs a program in a folder. */
function run(runtime: string, cwd: string, ...args: readonly string[]) {
  const flags = isDeno(runtime) ? ["run", "-A", "--no-remote"] : [];
  const { status, stdout, stderr } = spawnSync(runtime, [...flags, ...args], {
    cwd,
    encoding: "utf8",
    env: project.env,
  });
  return { status, stdout, stderr };
}

const create = (runtime: string, cwd: string, ...args: readonly string[]) =>
  run(runtime, cwd, join(place, "node_modules/create-hookline/operate/cli/create-bin.js"), ...args);
const tarball = join(project.folder, "hookline.tgz");
writeFileSync(tarball, "");

/** Runs the test of the new event, as README says. */
function test(runtime: string, cwd: string) {
  const args = isDeno(runtime) ? ["test", "-A", "--no-check", "--no-remote"] : ["--test"];
  return spawnSync(runtime, [...args, "webhooks/github/push.test.ts"], { cwd, encoding: "utf8", env: project.env });
}

/** Starts the project, has a signed push sent to it, and waits until it is processed. */
async function starts(runtime: string, cwd: string, app: string): Promise<void> {
  const program = "node_modules/@hookline/hookline/operate/cli/package-bin.js";
  const flags = isDeno(runtime) ? ["run", "-A", "--no-remote"] : [];
  const child = spawn(runtime, [...flags, program, "start", "--port", "0", "--app", app], { cwd, env: project.env });
  let seen = "";
  const sees = (text: string) =>
    new Promise<void>((resolve, reject) => {
      child.stdout.on("data", () => seen.includes(text) && resolve());
      child.once("close", () => reject(new Error(seen)));
    });
  const ready = sees("Ready after");
  const done = sees("→ done");
  for (const output of [child.stdout, child.stderr]) output.prependListener("data", (data) => (seen += data));
  try {
    await Promise.race([ready, done]);
    const sent = run(
      runtime,
      cwd,
      program,
      "send",
      "github/push",
      "--id",
      "demo",
      "--body-file",
      "webhooks/github/push.json",
    );
    assert.deepEqual([sent.status, sent.stdout], [0, "200 accepted demo\n"], `${sent.stderr}\n${seen}`);
    await done;
  } finally {
    child.kill("SIGINT");
    if (child.exitCode === null) await once(child, "close");
    await Promise.allSettled([ready, done]);
  }
}

describe("create-hookline in a folder that cannot be used", () => {
  it("says in one sentence what it cannot write, or what is missing", () => {
    const [runtime = ""] = runtimes;
    writeFileSync(join(project.folder, "file"), "");
    const said = (...args: readonly string[]) => create(runtime, project.folder, ...args, "--name", "shop");
    const file = said("file", "--package", tarball);
    const remedy = "see that its folder can be made, and be written to";
    assert.deepEqual(file, {
      status: 1,
      stdout: "",
      stderr: `Cannot write webhooks/github/push.ts: ENOTDIR; ${remedy}\n`,
    });
    assert.match(said("a".repeat(300), "--package", tarball).stderr, /^Cannot write .+: ENAMETOOLONG; .+\n$/);
    assert.equal(said("none", "--package", ".").status, 2);
    assert.ok(!existsSync(join(project.folder, "none")));
  });
});

describe("a project under a Node that is too old", () => {
  const old = "/usr/bin/node";
  const { stdout = "" } = spawnSync(old, ["--version"], { encoding: "utf8" });
  const version = stdout.trim().slice(1);
  const skip = /^(1\d|20|21)\./.test(version) ? false : "no such Node is here";
  const says = `Hookline needs Node 22.18 or later, this is ${version}: install Node 24 from https://nodejs.org, and run it again.\n`;

  it("says so in one sentence, where it is made, started, tested and synthesized", { skip }, () => {
    const program = "operate/cli/create-bin.js";
    const refused = run(old, project.folder, join(place, "node_modules/create-hookline", program), "old");
    assert.deepEqual(refused, { status: 1, stdout: "", stderr: says });
    assert.ok(!existsSync(join(project.folder, "old")));

    const [newer = ""] = runtimes;
    assert.equal(create(newer, project.folder, "old", "--package", tarball).status, 0);
    const folder = join(project.folder, "old");
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const { app } = JSON.parse(readFileSync(join(folder, "cdk.json"), "utf8"));
    const bin = join(project.folder, "node_modules/@hookline/hookline/operate/cli/package-bin.js");
    assert.equal(scripts.start, "hookline start");
    for (const command of [scripts.pretest, app, `node ${bin} start`]) {
      const { status, stderr } = spawnSync(command.replace(/^node/, old), {
        cwd: folder,
        shell: true,
        encoding: "utf8",
      });
      assert.deepEqual([status, stderr], [1, says], command);
    }
    rmSync(folder, { recursive: true });
  });
});

for (const [index, runtime] of runtimes.entries()) {
  describe(`create-hookline, under ${runtime}`, () => {
    it("makes a project in an empty folder, without a source of Hookline, that tests, starts and is typed", async () => {
      // Below a folder with the packages, as if they had been installed.
      const folder = join(project.folder, `hooks${index}`);
      const { status, stdout, stderr } = create(runtime, project.folder, `hooks${index}`, "--package", tarball);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(stdout, new RegExp(`^wrote webhooks/github/push\\.ts$[\\s\\S]*^Next: cd hooks${index}; `, "m"));
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.\w+$/.test(file));
      assert.deepEqual(files.sort(), [
        ".gitignore",
        "README.md",
        "app.ts",
        "cdk.json",
        "package.json",
        "tsconfig.json",
        "webhooks.ts",
        "webhooks/github/push.json",
        "webhooks/github/push.test.ts",
        "webhooks/github/push.ts",
      ]);
      assert.equal(readFileSync(join(folder, "README.md"), "utf8").trimEnd().split("\n").length, 10);
      const { devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const { "@hookline/hookline": spec, "aws-cdk": _, typescript: __, ...peers } = devDependencies;
      assert.equal(spec, "file:../hookline.tgz");
      const wanted = Object.keys(project.manifest.peerDependencies).filter((name) => !name.startsWith("@types/"));
      assert.deepEqual(Object.keys(peers).sort(), ["@types/node", ...wanted].sort());
      project.install(Object.keys(peers));
      mkdirSync(join(folder, "node_modules"));
      project.link(join(folder, "node_modules"));

      assert.equal(runCompiler(["--project", folder]).said, "");
      const tested = test(runtime, folder);
      assert.equal(tested.status, 0, `${tested.stdout}${tested.stderr}`);
      assert.doesNotMatch(`${tested.stdout}${tested.stderr}`, /error/);
      await starts(runtime, folder, isDeno(runtime) ? `${runtime} run -A app.ts` : `${runtime} app.ts`);
      assert.equal(create(runtime, project.folder, `hooks${index}`, "--package", tarball).status, 1);
    });
  });
}

describe("create-hookline", () => {
  const [runtime = ""] = runtimes;

  it("adds its files to a CDK app, and changes none of its own", async () => {
    const folder = join(project.folder, "shop");
    mkdirSync(folder);
    const own = {
      "cdk.json": "{}",
      "package.json": '{ "type": "module" }',
      "README.md": "Mine",
      "app.ts":
        'import { App, Stack } from "aws-cdk-lib";\nimport { addWebhooks } from "./webhooks.ts";\nconst app = new App();\nawait addWebhooks(new Stack(app, "Mine"));\napp.synth();\n',
    };
    for (const [name, text] of Object.entries(own)) writeFileSync(join(folder, name), text);
    const { status, stdout } = create(runtime, folder, ".", "--package", "../hookline.tgz");
    assert.equal(status, 0);
    assert.match(stdout, /^Next: npm install --save-dev file:\.\.\/hookline\.tgz .*aws-cdk-lib@/m);
    for (const [name, text] of Object.entries(own)) assert.equal(readFileSync(join(folder, name), "utf8"), text);
    assert.ok(existsSync(join(folder, "webhooks/README.md")));
    project.install(Object.keys(project.manifest.peerDependencies).filter((name) => !name.startsWith("@types/")));
    mkdirSync(join(folder, "node_modules"));
    project.link(join(folder, "node_modules"));
    await starts(runtime, folder, isDeno(runtime) ? `${runtime} run -A app.ts` : `${runtime} app.ts`);
  });

  it("says what is missing or cannot be, and writes nothing", () => {
    const folder = mkdtempSync(join(tmpdir(), "hookline-create-"));
    for (const [args, reason] of [
      [["hooks"], /^Cannot run create-hookline: --package takes the tarball of .+\n$/],
      [["hooks", "--package", "gone.tgz"], /^Cannot run create-hookline: --package takes .+\n$/],
      [["My Hooks", "--package", tarball], /^Cannot run create-hookline: the name is 1 to 16 .+\n$/],
    ] as const) {
      const { status, stderr } = create(runtime, folder, ...args);
      assert.equal(status, 2);
      assert.match(stderr, reason);
    }
    assert.deepEqual(readdirSync(folder), []);
    assert.match(create(runtime, folder, "--help").stdout, /^Usage: create-hookline <folder> \[options\]$/m);
    rmSync(folder, { recursive: true });
  });
});
