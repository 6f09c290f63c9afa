import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Processor, ProcessorOptions } from "../lambdas/core/processor.ts";

/** One file in `lambdas/events`: one event type, one processor, one queue. */
export type EventFile = {
  readonly source: string;
  /** The event type that the file's name says; `_other` for what no file names. */
  readonly type: string;
  /** `<source>/<type>`. */
  readonly name: string;
  readonly path: string;
  /** What is behind the stage's prefix in the names of its queue and DLQ. */
  readonly queue: string;
  /** Every type that it gets, `options.types` included; empty for `_other`. */
  readonly types: readonly string[];
  readonly options: ProcessorOptions;
};

/** Where event files are. */
export const eventsFolder: string = fileURLToPath(new URL("../lambdas/events", import.meta.url));

/**
 * Reads every event file below a folder, in order of their names.
 *
 * @throws {TypeError} When a file exports no processor, or two files would share a queue.
 */
export async function readEventFiles(folder: string = eventsFolder): Promise<readonly EventFile[]> {
  const found = listTypeScript(folder).map((path) => ({
    path,
    name: relative(folder, path).split(sep).join("/").slice(0, -3),
  }));
  const files = await Promise.all(found.map(({ path, name }) => readEventFile(path, name)));
  const queues = new Map<string, string>();
  for (const { name, queue } of files) {
    // Some file systems and all of SQS's consoles make the case of a name easy to miss.
    const folded = queue.toLowerCase();
    const other = queues.get(folded);
    if (other !== undefined) {
      throw new TypeError(
        `Cannot name the queues of lambdas/events/${other}.ts and ${name}.ts: both would be "${folded}"; rename one file and give its event type in options.types`,
      );
    }
    queues.set(folded, name);
  }
  return files;
}

async function readEventFile(path: string, name: string): Promise<EventFile> {
  const [source = "", ...rest] = name.split("/");
  const type = rest.join("/");
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(source) || type === "") {
    throw new TypeError(
      `Cannot use event file ${name}.ts: it must stand in a folder named as its source, lower-case letters, digits and "-"`,
    );
  }
  if (name.includes("#") || name.length > 128) {
    throw new TypeError(`Cannot use event file ${name}.ts: a name takes no "#" and at most 128 characters`);
  }
  const module: { readonly default?: Partial<Processor> } = await import(pathToFileURL(path).href);
  const options = module.default?.options;
  if (options === undefined || typeof module.default?.run !== "function") {
    throw new TypeError(`Cannot use event file ${name}.ts: it must export default processor(options, run)`);
  }
  const types = type === "_other" ? [] : [type, ...(options.types ?? [])];
  return { source, type, name, path, queue: queueSuffix(source, type), types, options };
}

/** Letters, digits, `-` and `_`, at most 48: with app and stage in front a queue's name may have 80. */
export function queueSuffix(source: string, type: string): string {
  const suffix = `${source}-${type}`.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  if (suffix.length <= 48) return suffix;
  const hash = createHash("sha256").update(`${source}/${type}`).digest("hex").slice(0, 8);
  return `${suffix.slice(0, 39)}-${hash}`;
}

function listTypeScript(folder: string): readonly string[] {
  const entries = readdirSync(folder)
    .sort()
    .map((entry) => join(folder, entry));
  return entries.flatMap((path) =>
    statSync(path).isDirectory() ? listTypeScript(path) : path.endsWith(".ts") ? [path] : [],
  );
}
