import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The files of a run in its folder, except `deno`: that layer is deployed, and Lambda reads it as another user. */
const ours = new Set(["compiled", "kept", "local.json", "lock", "rebuilt", "secrets", "stack"]);

/** Makes the folder of a run its owner's alone: in it are secrets and payloads. */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** Takes from other users what an earlier run left in its folder; only while no run is on, since files come and go. */
export function tightenRunFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (ours.has(name)) tighten(join(folder, name));
  }
}

function tighten(path: string): void {
  const found = lstatSync(path);
  // The target of a link may be shared on purpose.
  if (found.isSymbolicLink()) return;
  if ((found.mode & 0o077) !== 0) chmodSync(path, found.mode & 0o700);
  if (found.isDirectory()) for (const name of readdirSync(path)) tighten(join(path, name));
}

/** Where the secrets of all runs are kept, for their owner alone; with `fresh` those of earlier runs are forgotten. */
export function secretsFolder(folder: string, fresh: boolean): string {
  const path = join(folder, "secrets");
  if (fresh) rmSync(path, { recursive: true, force: true });
  makePrivate(path);
  return path;
}

/** Where a run keeps its state. */
export function keptFolder(folder: string): string {
  return join(folder, "kept");
}

/** Removes a folder. The synth of a run that ended a moment ago may still write there: then what is new is removed, too. */
export function removeLeft(folder: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if ((error as { readonly code?: string }).code !== "ENOTEMPTY" || tries === 50) throw error;
    }
  }
}
