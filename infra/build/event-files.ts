import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isSourceName } from "../../lambdas/core/ingress/source-path.ts";
import { isProcessor } from "../../lambdas/core/processing/processor.ts";
import type { ResolvedOptions } from "../../lambdas/core/processing/processor-options.ts";
import { placeInFile } from "./place-in-file.ts";

/** One file in `lambdas/events`: one event type, one processor, one queue. */
export type EventFile = {
  readonly source: string;
  /** The event type that the file's name says; `_other` for what no file names. */
  readonly type: string;
  /** `<source>/<type>`. */
  readonly name: string;
  readonly path: string;
  /** The suffix of its queue and DLQ, after the stage's prefix. */
  readonly queue: string;
  /** Every type that it gets, `options.types` included; empty for `_other`. */
  readonly types: readonly string[];
  readonly options: ResolvedOptions;
};

/** Where event files are. */
export const eventsFolder: string = fileURLToPath(new URL("../../lambdas/events", import.meta.url));

/**
 * Whether a file is an event file, by its path inside the folder of event files. Declarations (`.d.ts`) and tests (`.test.ts`)
 * are not, nor are names and folders that begin with a dot: editors and systems leave those behind.
 */
export function isEventFile(path: string): boolean {
  return /\.ts$/.test(path) && !/\.(d|test)\.ts$/.test(path) && !/(^|[/\\])\./.test(path);
}

/**
 * Reads every event file below a folder, in order of their full names, see {@linkcode isEventFile}. An event type that is
 * written as what is none is named in the `options.types` of another file.
 *
 * @throws {TypeError} When a file exports no processor, or two files cannot be told apart.
 */
export async function readEventFiles(folder: string = eventsFolder): Promise<readonly EventFile[]> {
  const files = await Promise.all(listEventFiles(folder).map(({ path, name }) => readEventFile(path, name)));
  tellApart(files);
  return files;
}

/** Every event file below a folder, in order of their full names, unread. */
export function listEventFiles(folder: string): readonly Pick<EventFile, "path" | "name">[] {
  if (!existsSync(folder)) throw new TypeError(`Cannot read event files: there is no folder ${folder}`);
  return listTypeScript(folder)
    .map((path) => ({ path, name: relative(folder, path).split(sep).join("/").slice(0, -3) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Some file systems and all of SQS's consoles make the case of a name easy to miss, hence the lower case. */
function tellApart(files: readonly EventFile[]): void {
  const taken = new Map<string, string>();
  for (const { name, queue } of files) {
    // The second is what CDK makes of a name. Two long names that differ in case have queues of different hashes.
    for (const key of [`queue ${queue}`, `construct ${name.replaceAll("/", "--")}`].map((one) => one.toLowerCase())) {
      const other = taken.get(key);
      if (other !== undefined && other !== name) {
        throw new TypeError(
          `Cannot tell lambdas/events/${other}.ts and ${name}.ts apart: both would have the ${key}; rename one file and give its event type in options.types`,
        );
      }
      taken.set(key, name);
    }
  }
}

/**
 * Reads one event file.
 *
 * @throws {TypeError} When it exports no processor, or cannot be loaded.
 */
export async function readEventFile(path: string, name: string): Promise<EventFile> {
  const split = splitEventName(name);
  if (split === undefined) {
    throw new TypeError(
      `Cannot use event file ${name}.ts: it must stand in a folder named as its source, lower-case letters, digits and "-"`,
    );
  }
  if (name.includes("#") || name.length > 128) {
    throw new TypeError(`Cannot use event file ${name}.ts: a name takes no "#" and at most 128 characters`);
  }
  const { source, type } = split;
  const module = await load(path, name);
  if (!isProcessor(module.default)) {
    throw new TypeError(`Cannot use event file ${name}.ts: it must export default processor(options, run)`);
  }
  const { options } = module.default;
  const types = type === "_other" ? [] : [type, ...(options.types ?? [])];
  return { source, type, name, path, queue: queueSuffix(source, type), types, options };
}

/** Source and event type of `<source>/<type>`; undefined where it is no such name. */
export function splitEventName(name: string): { readonly source: string; readonly type: string } | undefined {
  const [source = "", ...rest] = name.split("/");
  const type = rest.join("/");
  return isSourceName(source) && type !== "" ? { source, type } : undefined;
}

/** The export of a file. */
async function load(path: string, name: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const Kind = error instanceof TypeError ? TypeError : error instanceof RangeError ? RangeError : Error;
    const { at, code } = placeInFile(error, path);
    // Deno's message of a syntax error has further lines.
    const [reason = ""] = error.message.replace(/^SyntaxError: /, "").split("\n");
    throw new Kind(`Cannot load event file ${name}.ts${at}: ${reason}${code === "" ? "" : `\n  ${code}`}`, {
      cause: error,
    });
  }
}

/**
 * SQS's longest name, 80 characters, less the longest prefix: `hookline-dlq-`, a stage of 16 characters (the limit in
 * `infra/config.ts`), `-`. It is one limit for all stages, since they share the verifier's bundle.
 */
const longestSuffix = 80 - "hookline-dlq-".length - 16 - 1;

/** Letters, digits, `-` and `_`; longer than a queue's name can hold, it ends in a hash. It never changes: data is in it. */
export function queueSuffix(source: string, type: string): string {
  const suffix = `${source}-${type}`.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  if (suffix.length <= longestSuffix) return suffix;
  const hash = createHash("sha256").update(`${source}/${type}`).digest("hex").slice(0, 8);
  return `${suffix.slice(0, longestSuffix - 9)}-${hash}`;
}

function listTypeScript(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    // Before it is looked at: an editor's lock may be a link that leads nowhere.
    if (entry.startsWith(".")) return [];
    if (statSync(path).isDirectory()) return listTypeScript(path);
    return isEventFile(entry) ? [path] : [];
  });
}
