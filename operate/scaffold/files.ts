import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file that is to be made; its path is from the project's folder on. */
export type NewFile = { readonly path: string; readonly text: string };

/**
 * Writes new files: all of them, or none where one is there already, or cannot be written.
 *
 * @throws {TypeError} When one is there, or cannot be written.
 */
export function writeNewFiles(root: string, files: readonly NewFile[]): void {
  const there = files.find(({ path }) => existsSync(join(root, path)));
  if (there !== undefined) throw new TypeError(`Cannot make ${there.path}: it is there already`);
  const made: string[] = [];
  for (const { path, text } of files) {
    const file = join(root, path);
    try {
      made.push(...makeFolder(dirname(file)));
      // A full disk leaves a part of it.
      made.push(file);
      writeFileSync(file, text);
    } catch (cause) {
      const { code = "unknown" } = cause as { readonly code?: string };
      // Deno's `force` takes no path below a file.
      for (const one of made) if (existsSync(one)) rmSync(one, { recursive: true });
      throw new TypeError(`Cannot write ${path}: ${code}; see that its folder can be made, and be written to`, {
        cause,
      });
    }
  }
}

/**
 * Makes a folder where it is not there, and returns what it has made, the outermost first. Not by Node's `recursive`: in a folder
 * that is there and takes no other, as /proc, it never returns.
 */
export function makeFolder(folder: string, mode?: number): readonly string[] {
  if (existsSync(folder)) return [];
  const above = dirname(folder);
  const made = above === folder ? [] : makeFolder(above, mode);
  mkdirSync(folder, { mode });
  return [...made, folder];
}
