import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

/**
 * Watches a folder and every folder below it, except those that begin with a dot. Each has a watcher of its own: Node's recursive
 * one follows the file that was there first, and loses it where an editor replaces a file by another.
 *
 * @param onChange Called with a path from the folder on, of a file that was written, replaced or removed.
 */
export function watchFolders(folder: string, onChange: (file: string) => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  const drop = (below: string) => {
    watchers.get(below)?.close();
    watchers.delete(below);
  };
  const add = (below: string, isNew: boolean) => {
    drop(below);
    const watcher = watch(join(folder, below), (_, name) => {
      if (typeof name === "string") look(join(below, name));
    });
    // On some systems it is how a watcher says that its folder is gone.
    watcher.on("error", () => drop(below));
    watchers.set(below, watcher);
    for (const name of readdirSync(join(folder, below))) {
      const path = join(below, name);
      if (isFolder(join(folder, path))) add(path, isNew);
      // Files may have come before their folder was watched.
      else if (isNew) onChange(path);
    }
  };
  const look = (path: string) => {
    // A folder that was removed and made anew is another one, and may be told of once.
    drop(path);
    if (!isFolder(join(folder, path))) {
      onChange(path);
      return;
    }
    try {
      add(path, true);
    } catch {
      // It is gone again, which is told of next.
      drop(path);
    }
  };
  add("", false);
  return { close: () => [...watchers.keys()].forEach(drop) };
}

function isFolder(path: string): boolean {
  if (/(?:^|[/\\])\.[^/\\]*$/.test(path)) return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
