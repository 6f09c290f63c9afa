import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Metafile, OutputFile } from "esbuild";
import { canaryProvider } from "../../lambdas/aws/canary-source.ts";
import { mapBounded } from "../../lambdas/core/bytes/bounded.ts";
import type { Route } from "../../lambdas/core/events/event-routes.ts";
import type { EventFile } from "./event-files.ts";
import { constantOf } from "./provider-constant.ts";

/** esbuild uses what cores there are; more at once only takes memory. */
const mostAtOnce = 4;
const lambdas = fileURLToPath(new URL("../../lambdas", import.meta.url));
/** The extension of this file, and so of the bundled ones: TypeScript here, JavaScript in the npm package. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** The input of the verifier's bundle: the provider of each source, by name. */
export type BundleInput = {
  readonly events: readonly EventFile[];
  readonly sources: Readonly<Record<string, string>>;
  /** Source maps in each bundle. Defaults to none. */
  readonly sourceMaps?: boolean;
};

/** The folder of a function's bundle; its Lambda handler is `index.handler`. */
export type Bundles = {
  readonly verifier: string;
  readonly spillDrain: string;
  readonly archive: string;
  readonly canary: string;
  readonly processors: Readonly<Record<string, string>>;
};

/** The code of a function: what its bundle is made of, and the folder of the bundle, below that of all. */
type Entry = { readonly folder: string; readonly contents: string };

/** The entries of the functions that a stage has once, and of every processor. */
export function entriesOf(input: BundleInput): readonly Entry[] {
  return [
    { folder: "verifier", contents: verifierEntry(input) },
    { folder: "sweeper", contents: spillDrainEntry },
    { folder: "archive", contents: archiveEntry },
    { folder: "canary", contents: canaryEntry },
    ...input.events.map((event) => ({ folder: processorFolder(event), contents: processorEntry(event) })),
  ];
}

/** Where the bundles of {@linkcode entriesOf} are, below `folder`. */
export function bundlesIn(folder: string, events: readonly EventFile[]): Bundles {
  const processors = events.map((event) => [event.name, join(folder, processorFolder(event))] as const);
  return {
    verifier: join(folder, "verifier"),
    spillDrain: join(folder, "sweeper"),
    archive: join(folder, "archive"),
    canary: join(folder, "canary"),
    processors: Object.fromEntries(processors),
  };
}

/** Bundles the verifier and every processor, each into a folder of its own below `folder`, which is emptied first. */
export async function bundle(input: BundleInput, folder: string): Promise<Bundles> {
  // Another synth of the project may be on its way to its end, and still write there.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  mkdirSync(folder, { recursive: true });
  await mapBounded(entriesOf(input), mostAtOnce, (entry) =>
    bundleOne(entry.contents, join(folder, entry.folder), input),
  );
  // Under Deno esbuild's child process would keep ours alive.
  await (await loadEsbuild()).stop();
  return bundlesIn(folder, input.events);
}

/** Bundles one event file into a folder, with source maps: for a local run. */
export async function bundleProcessor(event: Pick<EventFile, "name" | "path">, folder: string): Promise<Metafile> {
  return await bundleOne(processorEntry(event), folder, { sourceMaps: true });
}

function processorFolder({ queue }: EventFile): string {
  return `processors/${queue}`;
}

function processorEntry({ name, path }: Pick<EventFile, "name" | "path">): string {
  return `import { processorLambda } from ${file("processor")}; import { processingPorts } from ${file("aws/ports")}; import processor from ${JSON.stringify(path)};
const ports = processingPorts();
export const handler = ports.measured(processorLambda(${JSON.stringify(name)}, processor, ports));`;
}

/** Names the providers that the stage's sources need, so that only they are bundled, and the routing table: DECISIONS 1. */
export function verifierEntry({ events, sources }: BundleInput): string {
  const names = [...new Set([...Object.values(sources), canaryProvider])].sort();
  const imports = names.map((name) => `import { ${constantOf(name)} } from ${file(`providers/${name}`)};`);
  const providers = Object.entries(sources).map(([source, name]) => `${JSON.stringify(source)}: ${constantOf(name)}`);
  const routes = routesOf(events);
  return `import { verifier } from ${file("verifier")}; import { ingressPorts } from ${file("aws/ports")}; import { withFacts } from ${file("aws/facts")}; ${imports.join(" ")}
const given = { providers: { ${providers.join(", ")} }, routes: ${JSON.stringify(routes)}, canary: ${constantOf(canaryProvider)} };
const ports = ingressPorts(given);
export const handler = withFacts(ports.measured(verifier(ports)), given);`;
}

const spillDrainEntry = `import { spillDrainLambda } from ${file("spill-drain")}; import { drainPorts } from ${file("aws/ports")};
const ports = drainPorts();
export const handler = ports.measured(spillDrainLambda(ports));`;

const archiveEntry = `import { archiveLambda } from ${file("archive")}; import { archivePorts } from ${file("aws/ports")};
export const handler = archiveLambda(archivePorts());`;

const canaryEntry = `import { canaryLambda } from ${file("canary")}; import { canaryPorts } from ${file("aws/ports")};
export const handler = canaryLambda(canaryPorts());`;

/** The verifier's routes: every event file except the retired ones. */
export function routesOf(
  events: readonly (Pick<EventFile, "source" | "types" | "queue"> & {
    readonly options: { readonly retired?: true };
  })[],
): readonly Route[] {
  const routed = events.filter(({ options }) => options.retired !== true);
  return routed.map(({ source, types, queue }) => ({ source, types, queue }));
}

/** How esbuild makes the code of functions. */
export const buildOptions: BuildOptions & { readonly metafile: true } = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  // A dynamic import is loaded when it is needed, not at a cold start.
  splitting: true,
  platform: "node",
  target: "node24",
  // Without it esbuild takes the CommonJS build of the AWS SDK, a third more bytes.
  mainFields: ["module", "main"],
  minify: true,
  metafile: true,
  logLevel: "silent",
};

/** Has errors name the lines of the sources; in the code itself, since chunks are renamed. */
export const withMaps = { sourcemap: "inline", sourcesContent: false } as const;

/** Bundles what `contents` import into a folder. */
async function bundleOne(
  contents: string,
  folder: string,
  { sourceMaps = false }: Pick<BundleInput, "sourceMaps"> = {},
): Promise<Metafile> {
  // Only where something is bundled: a local run seldom does.
  const { build } = await loadEsbuild();
  const result = await build({
    ...buildOptions,
    stdin: { contents, resolveDir: lambdas, sourcefile: "index.ts", loader: "ts" },
    outdir: folder,
    entryNames: "index",
    write: false,
    ...(sourceMaps ? withMaps : {}),
  });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of numberChunks(result.outputFiles)) writeFileSync(join(folder, name), text);
  return result.metafile;
}

/** @throws {TypeError} Where it is not installed: for the package it is an optional peer. */
async function loadEsbuild(): Promise<typeof import("esbuild")> {
  try {
    return await import("esbuild");
  } catch (cause) {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const { esbuild } = manifest.peerDependencies ?? manifest.devDependencies;
    throw new TypeError(
      `Cannot bundle the functions: esbuild is not installed; npm install --save-dev esbuild@${esbuild.replace("^", "")}`,
      { cause },
    );
  }
}

/**
 * The files of a bundle, its chunks numbered in the order in which they are first named. esbuild names them after the
 * paths of what is in them, which npm and Deno lay out differently: the same sources must be the same asset. The minified code is one
 * line, and a source map counts its columns: a shorter name would move all that follows.
 */
function numberChunks(files: readonly OutputFile[]): ReadonlyMap<string, string> {
  const texts = new Map(files.map((file) => [basename(file.path), file.text]));
  const order = ["index.mjs"];
  for (const name of order) {
    const named = (texts.get(name) ?? "").matchAll(/"\.\/([\w-]+\.mjs)"/g);
    for (const [, chunk = ""] of named) if (texts.has(chunk) && !order.includes(chunk)) order.push(chunk);
  }
  const numberedName = (name: string, index: number) =>
    index === 0 ? name : `chunk-${String(index).padStart(name.length - "chunk-.mjs".length, "0")}.mjs`;
  const numbered = new Map(order.map((name, index) => [name, numberedName(name, index)]));
  const renamed = (text: string) =>
    text.replaceAll(/"\.\/([\w-]+\.mjs)"/g, (whole, name: string) => `"./${numbered.get(name) ?? whole.slice(3, -1)}"`);
  return new Map(Array.from(numbered, ([name, number]) => [number, renamed(texts.get(name) ?? "")]));
}

/** A file of `lambdas`, named without its extension, as an import names it. */
function file(path: string): string {
  return JSON.stringify(join(lambdas, `${path}${extension}`));
}
