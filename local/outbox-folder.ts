import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder for the examples' entries of one run: with a name that cannot be taken in advance, and readable by its owner alone.
 */
type OutboxFolder = {
  readonly path: string;
  /** Removes it where nothing was written; else it stays, to be looked at. */
  close(): void;
};

/** Among temporary files, since a function under Deno may write nowhere else. */
export function makeOutboxFolder(): OutboxFolder {
  const path = mkdtempSync(join(tmpdir(), "hookline-effects-"));
  return {
    path,
    close() {
      try {
        rmdirSync(path);
      } catch {
        // It is not empty, or was removed.
      }
    },
  };
}
