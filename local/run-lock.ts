import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { makePrivate } from "./private-folder.ts";

/** Held by the locks of this process: after a restart of a container another's pid may be our own. */
const ours = new Set<string>();

/**
 * Takes the folder of a local run for this process. A lock whose process is gone is taken over.
 *
 * @returns A function that releases the lock.
 * @throws {TypeError} When a run that lives holds it; says which, and what to do.
 */
export function lockRun(folder: string): () => void {
  const path = join(folder, "lock");
  const mine = `${path}.${process.pid}.${ours.size}`;
  // Linked with its content: no other may find it half written, and take the pid in it for gone.
  writeFileSync(mine, `${process.pid}\n`);
  try {
    while (!link(mine, path)) takeAway(path, folder);
  } finally {
    rmSync(mine, { force: true });
  }
  ours.add(path);
  return () => {
    if (ours.delete(path)) rmSync(path, { force: true });
  };
}

/** False where a lock is there already. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock whose process is gone. */
function takeAway(path: string, folder: string): void {
  const holder = readHolder(path);
  if (holder === undefined) return;
  if (holder === process.pid ? ours.has(path) : lives(holder)) {
    throw new TypeError(
      `Cannot start: the local run with pid ${holder} holds ${folder}; stop it (Ctrl-C in its terminal, or kill ${holder}) and start again, or remove ${path} if that process is no local run`,
    );
  }
  // Another start may take it over at this moment: the moved file must still be the old one.
  const stale = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, stale);
  } catch {
    return;
  }
  const moved = readHolder(stale);
  if (moved !== undefined && moved !== holder) link(stale, path);
  rmSync(stale, { force: true });
}

/**
 * Starts a run that has a folder to itself.
 *
 * @param start Its run gives the folder back when it ends, by `unlock`.
 * @throws {TypeError} When another run holds the folder.
 */
export async function withLock<Running>(
  folder: string,
  start: (unlock: () => void) => Promise<Running>,
): Promise<Running> {
  makePrivate(folder);
  const unlock = lockRun(folder);
  try {
    return await start(unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The pid in a lock; undefined without a lock, 0 where it cannot be read. */
function readHolder(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : 0;
  } catch {
    return undefined;
  }
}

/** Whether there is a process with this pid; ours or not. */
export function lives(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user: it lives, and we may not signal it.
    return (error as { readonly code?: unknown }).code === "EPERM";
  }
}
