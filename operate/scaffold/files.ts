import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file that is to be made; its path is from the project's folder on. */
export type NewFile = { readonly path: string; readonly text: string };

/**
 * Writes new files: all of them, or none where one is there already.
 *
 * @throws {TypeError} When one is there, or cannot be written.
 */
export function writeNewFiles(root: string, files: readonly NewFile[]): void {
  const there = files.find(({ path }) => existsSync(join(root, path)));
  if (there !== undefined) throw new TypeError(`Cannot make ${there.path}: it is there already`);
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    } catch (cause) {
      const { code = "unknown" } = cause as { readonly code?: string };
      throw new TypeError(`Cannot write ${path}: ${code}; see that its folder can be made, and be written to`, {
        cause,
      });
    }
  }
}
