import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for what the examples do in one run: under a name that nobody can lay there before, its owner's alone. */
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
        // It holds something, or somebody has removed it.
      }
    },
  };
}
