import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The programs of the package and of `create-hookline`. */
const program = "operate/cli/package-bin.js";
const createProgram = "operate/cli/create-bin.js";
/** Ends a Node that is too old, with one sentence. */
const preload = "operate/cli/require-node.js";

/** Files that are no sources, or no TypeScript; the code beside them reads or runs them. */
const copied = [
  "LICENSE",
  "docs/iam",
  "infra/RUNBOOK.md",
  "infra/build/deno-layer",
  "lambdas/providers/samples",
  "local/lambda/bootstrap.js",
  "local/lambda/reap.js",
  "operate/page/page.css",
  "operate/page/page.js",
];

/** Stand-ins are repaired from within, by exact version. */
const exact = new Set(["dynalite", "fauxqs"]);

type Texts = Readonly<Record<string, string>>;
type Manifest = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: Texts;
  readonly dependencies: Texts;
  readonly devDependencies: Texts;
};

/** The files of a built package by their path, with their bytes. */
export type BuiltPackage = { readonly files: ReadonlyMap<string, number> };

/**
 * Builds the package that npm publishes: the entry points of `package.json` and all that they import, as JavaScript with its
 * types, beside a `package.json` of its own.
 *
 * @param folder Where to; emptied first.
 * @throws {Error} When the sources do not compile, with what the compiler says.
 * @throws {TypeError} When they import a package that `package.json` does not pin.
 */
export function buildPackage(folder: string): BuiltPackage {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  compile(folder, ["tsconfig.package.json", "tsconfig.program.json"]);
  chmodSync(join(folder, program), 0o755);
  const imported = new Set(
    [...filesIn(folder).keys()].flatMap((file) => packagesIn(readFileSync(join(folder, file), "utf8"))),
  );
  const manifest = publishedManifest(
    JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
    [...imported].sort(),
  );
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  const readme = readFileSync(join(root, "README.md"), "utf8");
  writeFileSync(
    join(folder, "README.md"),
    packagedReadme(readme, (path) => existsSync(join(folder, path))),
  );
  return { files: filesIn(folder) };
}

/**
 * The README for the package, which has few of the pages that it links to, and no address where the others are: their links become
 * text, and pictures are left out.
 */
function packagedReadme(readme: string, isThere: (path: string) => boolean): string {
  const links = /\[([^\]]+)\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)/g;
  return readme
    .replaceAll(/^!\[.*\n\n/gm, "")
    .replaceAll(links, (link, text: string, path: string) => (isThere(path) ? link : text))
    .replace("\n\n", "\n\nPages that are named here without a link are in the repository, not in the package.\n\n");
}

/**
 * Builds the package `create-hookline`, whose program writes the files of a project.
 *
 * @param folder Where to; emptied first.
 * @throws {Error} When the sources do not compile, with what the compiler says.
 */
export function buildCreatePackage(folder: string): BuiltPackage {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  compile(folder, ["tsconfig.create.json"]);
  chmodSync(join(folder, createProgram), 0o755);
  const { version, license, dependencies, devDependencies }: Manifest = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const manifest = {
    ...{ name: "create-hookline", version, license, type: "module", engines: { node: ">=22.18" } },
    description: "Makes a project that receives webhooks with Hookline, or adds them to a CDK app.",
    bin: { "create-hookline": createProgram },
    // The versions that a new project gets.
    hookline: { ...dependencies, ...devDependencies },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  return { files: filesIn(folder) };
}

/** The entry points have types; the program, which nobody imports, has none. */
function compile(folder: string, projects: readonly string[]): void {
  for (const project of projects) {
    const args = ["--project", join(root, project), "--noEmit", "false", "--outDir", folder];
    const { status, said } = runCompiler(args);
    if (status !== 0) throw new Error(`Cannot compile the package: ${said}`);
  }
}

/** Runs the TypeScript compiler that the project pins; `said` is what it printed. */
export function runCompiler(
  args: readonly string[],
  cwd: string = root,
): { readonly status: number | null; readonly said: string } {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const runtime = "Deno" in globalThis ? ["run", "-A"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, tsc, ...args], { cwd, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

/** The packages that a built file imports, types among them; documentation left out. */
function packagesIn(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  // The last two are how a stand-in is loaded: as CommonJS, and by the place of its files.
  const found = code.matchAll(
    /(?:\bfrom|\bimport|\brequireHere|\bimport\.meta\.resolve)\s*\(?\s*"((?:@[a-z0-9-]+\/)?[a-z0-9][a-z0-9._-]*)(?:\/[^"]*)?"/g,
  );
  return [...found].map(([, name = ""]) => name);
}

/**
 * The `package.json` of the published package. Every import is an optional peer: core and providers need nothing, and the user
 * of another entry point has its packages already.
 */
function publishedManifest(source: Manifest, imported: readonly string[]): object {
  const { name, version, description, license } = source;
  const pinned = { ...source.dependencies, ...source.devDependencies };
  const peers = imported.map((specifier) => {
    const peer = [specifier, `@types/${specifier}`].find((candidate) => Object.hasOwn(pinned, candidate));
    if (peer === undefined) throw new TypeError(`Cannot build the package: package.json does not pin "${specifier}"`);
    return [peer, `${exact.has(peer) ? "" : "^"}${pinned[peer]}`] as const;
  });
  const entryPoints = Object.entries(source.exports).map(([name, path]) => {
    const built = path.replace(/\.ts$/, "");
    return [name, { types: `${built}.d.ts`, default: `${built}.js` }] as const;
  });
  return {
    name,
    version,
    description,
    license,
    type: "module",
    // From it on Node takes TypeScript, as the event files of a CDK app are; Middy and the AWS SDK run there, too.
    engines: { node: ">=22.18" },
    sideEffects: false,
    keywords: [
      "webhook",
      "webhooks",
      "webhook-receiver",
      "signature",
      "hmac",
      "standard-webhooks",
      "idempotency",
      "aws",
      "aws-cdk",
      "lambda",
      "sqs",
      "dead-letter-queue",
      "stripe",
      "github",
      "shopify",
    ],
    bin: { hookline: program },
    publishConfig: { access: "public" },
    // The preload has no types: it is for `node --import`.
    exports: {
      ...Object.fromEntries(entryPoints),
      "./require-node": `./${preload}`,
      "./package.json": "./package.json",
    },
    peerDependencies: Object.fromEntries(peers),
    peerDependenciesMeta: Object.fromEntries(peers.map(([peer]) => [peer, { optional: true }])),
  };
}

function filesIn(folder: string): ReadonlyMap<string, number> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  const sizes = paths.sort().map((path) => [path, statSync(join(folder, path))] as const);
  return new Map(sizes.flatMap(([path, found]) => (found.isFile() ? [[path, found.size] as const] : [])));
}

if (import.meta.main && process.argv.length > 2) {
  console.log(
    "Usage: npm run build. It takes no arguments: it builds the npm packages into package and package-create.",
  );
  process.exitCode = /^(--help|-h)$/.test(process.argv[2] ?? "") ? 0 : 2;
} else if (import.meta.main) {
  for (const [name, build] of [
    ["package", buildPackage],
    ["package-create", buildCreatePackage],
  ] as const) {
    const { files } = build(join(root, name));
    const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
    console.log(`${files.size} files, ${Math.ceil(bytes / 1024)} KiB: npm publish ./${name}`);
  }
}
