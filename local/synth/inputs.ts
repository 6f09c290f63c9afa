import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files, each by its path and its bytes, in one hash. */
type FilesHash = {
  readonly hash: string;
  /** When the last of them was changed, in milliseconds since 1970. */
  readonly changedAt: number;
};

/** Hashes some texts, and files that may be missing, each under its path less the first `from` characters. */
export function hashOf(texts: readonly string[], files: Iterable<string>, from = 0): FilesHash {
  const hash = createHash("sha256");
  for (const text of texts) add(hash, text);
  let changedAt = 0;
  for (const path of files) {
    add(hash, path.slice(from));
    try {
      add(hash, readFileSync(path));
      // A file's own time can be set back; the time of its entry cannot.
      changedAt = Math.max(changedAt, statSync(path).ctimeMs);
    } catch {
      add(hash, "missing");
    }
  }
  return { hash: hash.digest("hex"), changedAt };
}

/** With its length, so that no two lists read the same. */
function add(hash: Hash, part: string | Uint8Array): void {
  hash.update(`${part.length}:`).update(part);
}

/** Every file below a folder, in order; but for packages, and names that begin with a dot. */
export function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    return isFolder(entry.isDirectory(), path) ? filesBelow(path) : [path];
  });
}

function isFolder(listed: boolean, path: string): boolean {
  return listed || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** The files by which esbuild settles what an import leads to, in the folders of these files and above; there or not. */
export function settingsOf(files: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = dirname(file); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort().flatMap((folder) => [join(folder, "package.json"), join(folder, "tsconfig.json")]);
}
