import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file, whole or not at all, readable by its owner alone. */
export function writeWhole(path: string, text: string): void {
  const fresh = `${path}.new`;
  // A mode is for a new file alone: one that a killed run left behind would keep its own.
  rmSync(fresh, { force: true });
  try {
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, path);
  } catch (error) {
    // Half a file on a full disk: its room is needed.
    rmSync(fresh, { force: true });
    throw error;
  }
}
